// diff_node.mjs: run modules in node and print what diff_run.c prints.
//
//     node diff_node.mjs PLAN         run the cases of a plan
//     node diff_node.mjs --features   which of modgen's features there are
import { readFileSync, writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

Error.stackTraceLimit = 8;
// What version 20 has, but not by default.
if (parseInt(process.versions.node) < 22)
    for (const name of ['relaxed-simd', 'extended-const'])
        setFlagsFromString(`--experimental-wasm-${name}`);

const FUEL = 400;
const MASK = (1n << 64n) - 1n;
const scratch = new DataView(new ArrayBuffer(8));

function mix(hash, value) {
    hash = ((hash ^ value) * 0x9e3779b97f4a7c15n) & MASK;
    return hash ^ (hash >> 29n);
}

const f32Bits = (x) => (scratch.setFloat32(0, x), scratch.getUint32(0));
const f64Bits = (x) => (scratch.setFloat64(0, x), scratch.getBigUint64(0));
const hex = (x, n) => x.toString(16).padStart(n, '0');

// --- The host's functions ---

let hostHash, hostCalls;

// The import's type is known from the module: WebAssembly.Module.imports does
// not tell it, so it is read from the bytes.
function hostFunction({ params, results }) {
    return (...args) => {
        let hash = 1n;
        params.forEach((t, i) => {
            let bits = 0n;
            if (t === 0x7f) bits = BigInt(args[i] >>> 0);
            else if (t === 0x7e) bits = BigInt.asUintN(64, args[i]);
            else if (t === 0x7d || t === 0x7c)
                bits = Number.isNaN(args[i]) ? 1n
                    : t === 0x7d ? BigInt(f32Bits(args[i])) : f64Bits(args[i]);
            hash = mix(hash, bits);
        });
        hostHash = mix(hostHash, hash);
        hostCalls++;
        switch (results[0]) {
        case 0x7f: return Number(BigInt.asIntN(32, hash));
        case 0x7e: return hash;
        case 0x7d: return Number(BigInt.asIntN(16, hash));
        case 0x7c: return Number(BigInt.asIntN(32, hash));
        case undefined: return undefined;
        default: return null;
        }
    };
}

// The types of imported functions, in order.
function importTypes(bytes) {
    let at = 8;
    const types = [], imports = [];
    const u32 = () => {
        let value = 0, shift = 0, byte;
        do {
            byte = bytes[at++];
            value += (byte & 0x7f) * 2 ** shift;
            shift += 7;
        } while (byte & 0x80);
        return value;
    };
    const skipLimits = () => {
        const flags = u32();
        u32();
        if (flags & 1) u32();
    };
    const valtype = () => {
        const byte = bytes[at++];
        if (byte === 0x63 || byte === 0x64) u32();
        return byte;
    };
    const list = () => Array.from({ length: u32() }, valtype);
    while (at < bytes.length) {
        const id = bytes[at++], end = u32() + at;
        for (let n = id === 1 || id === 2 ? u32() : 0; n > 0; n--) {
            if (id === 1) {
                at++;
                types.push({ params: list(), results: list() });
                continue;
            }
            at = u32() + at;
            at = u32() + at;
            switch (bytes[at++]) {
            case 0: imports.push(types[u32()]); break;
            case 1: valtype(); skipLimits(); break;
            case 2: skipLimits(); break;
            case 3: valtype(); at++; break;
            default: at++; u32(); break;
            }
        }
        at = end;
    }
    return imports;
}

function importsOf(module, bytes, first) {
    const imports = { env0: {}, m0: first ? first.exports : {} };
    const types = importTypes(bytes);
    let func = 0;
    for (const { module: from, name, kind } of
        WebAssembly.Module.imports(module)) {
        const type = kind === 'function' ? types[func++] : null;
        if (from === 'm0' && first) continue;
        imports[from] ??= {};
        if (type) imports[from][name] = hostFunction(type);
    }
    return imports;
}

// --- Values ---

function show(t, value) {
    switch (t) {
    case 'i': return `i:${hex(value >>> 0, 8)}`;
    case 'l': return `l:${hex(BigInt.asUintN(64, value), 16)}`;
    case 'f': return Number.isNaN(value) ? 'f:nan' : `f:${hex(f32Bits(value), 8)}`;
    case 'd': return Number.isNaN(value) ? 'd:nan' : `d:${hex(f64Bits(value), 16)}`;
    case 'x': return `x:${value === null ? 0 : value.number}`;
    case 'r': return `r:${value === null ? 'null' : 'ref'}`;
    default: return `${t}:?`;
    }
}

const externs = [null, { number: 1 }, { number: 2 }, { number: 3 }];

function argument(text) {
    const bits = BigInt('0x' + text.slice(1));
    switch (text[0]) {
    case 'i': return Number(BigInt.asIntN(32, bits));
    case 'l': return bits;
    case 'f':
        scratch.setUint32(0, Number(bits));
        return scratch.getFloat32(0);
    case 'd':
        scratch.setBigUint64(0, bits);
        return scratch.getFloat64(0);
    case 'x': return externs[Number(bits)];
    default: return null;
    }
}

// --- What can be seen between calls ---

function showMemory(memory) {
    const words = new Int32Array(memory.buffer);
    let hash = 1;
    for (let i = 0; i < words.length; i++) {
        hash = Math.imul(hash ^ words[i], 0x9e3779b1);
        hash ^= hash >>> 15;
    }
    return `m:${words.length >> 14}:${hex(hash >>> 0, 8)}`;
}

function showTable(t, table) {
    const items = [];
    const n = Number(table.length), wide = typeof table.length === 'bigint';
    for (let i = 0; i < n; i++) {
        const item = table.get(wide ? BigInt(i) : i);
        if (item === null) items.push('.');
        else if (t === 'x') items.push(item.number);
        else items.push(`f${item.name}`);
    }
    return `t:${items.join(',')}`;
}

let current;

function state() {
    const parts = current.seen.map(({ kind, m, name, t }) => {
        const item = current.instances[m].exports[name];
        if (kind === 'memory') return showMemory(item);
        if (kind === 'global') return show(t, item.value);
        return showTable(t, item);
    });
    return ` host ${hostCalls}:${hex(hostHash, 16)}\n state ${parts.join(' ')}`;
}

// --- Traps ---

const traps = [
    [/^unreachable/, 'unreachable'],
    [/^memory access out of bounds/, 'out of bounds memory access'],
    [/data segment (\d+) is out of bounds/,
        'out of bounds memory access: data segment $1'],
    [/^table index is out of bounds|^table access out of bounds|^element segment .*out of bounds|^table or elem.*out of bounds/,
        'out of bounds table access'],
    [/^divide by zero|^remainder by zero/, 'integer divide by zero'],
    [/^divide result unrepresentable/, 'integer overflow'],
    [/^float unrepresentable/, 'invalid conversion to integer'],
    [/^null function|^function signature mismatch/,
        'indirect call type mismatch'],
    [/^rethrowing null value/, 'null reference'],
    [/^dereferencing a null pointer/, 'null reference'],
    [/^operation does not support unaligned/, 'unaligned atomic'],
    [/^Atomics.wait cannot be called/, 'expected shared memory'],
];

function whatHappened(error) {
    if (error instanceof WebAssembly.Exception) {
        const tags = current.tags;
        const k = tags.findIndex(({ tag }) => error.is(tag));
        if (k < 0) return ` exception ${tags.length}`;
        const values = [...tags[k].types].map((t, i) => ' ' +
            ('ilfd'.includes(t) ? show(t, error.getArg(tags[k].tag, i)) : `${t}:?`));
        return ` exception ${k}${values.join('')}`;
    }
    if (error instanceof RangeError &&
        error.message.startsWith('Maximum call stack'))
        return ' trap call stack exhausted';
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    const row = traps.find(([pattern]) => pattern.test(error.message));
    const text = row?.[1].replace('$1', error.message.match(row[0])[1]);
    const frames = [...error.stack.matchAll(
        /wasm-function\[(\d+)\]:0x([0-9a-f]+)/g)].map(
        ([, func, offset]) => ` @${func}:${offset}`);
    return ` trap ${text ?? error.message}${frames.join('')}`;
}

// --- Cases ---

let output = '';

function flush() {
    for (let at = 0; at < output.length;)
        at += writeSync(1, output.slice(at, at + 65536));
    output = '';
}

function addModule(path) {
    output += 'module';
    const bytes = readFileSync(path);
    let module;
    try {
        module = new WebAssembly.Module(bytes);
    } catch (error) {
        output += ` invalid: ${error.message}\n`;
        return false;
    }
    hostHash = 0n;
    hostCalls = 0;
    try {
        const imports = importsOf(module, bytes, current.instances[0]);
        current.instances.push(new WebAssembly.Instance(module, imports));
    } catch (error) {
        if (error instanceof WebAssembly.LinkError) {
            output += ` unlinkable ${error.message}\n`;
        } else {
            output += `${whatHappened(error)}\n`;
        }
        return false;
    }
    output += '\n';
    return true;
}

function call(m, name, types, args) {
    const { exports } = current.instances[m];
    const fuel = current.instances[0].exports.fuel;
    hostHash = 0n;
    hostCalls = 0;
    if (fuel) fuel.value = FUEL;
    output += `call ${current.calls++}:`;
    let over = false;
    try {
        let values = exports[name](...args);
        if (types.length === 1) values = [values];
        [...types].forEach((t, i) => { output += ' ' + show(t, values[i]); });
    } catch (error) {
        const text = whatHappened(error);
        over = text === ' trap call stack exhausted';
        output += text;
    }
    output += over ? '\n' : `${state()}\n`;
    return over;
}

const text = (name) => Buffer.from(name, 'hex').toString();

function runPlan(path) {
    let ok = true;
    for (const line of readFileSync(path, 'latin1').split('\n')) {
        const [what, a, b, c, ...rest] = line.split(' ');
        if (what === 'case') {
            flush();
            output += `case ${a}\n`;
            flush();
            ok = true;
            current = { instances: [], seen: [], tags: [], calls: 0 };
        } else if (!ok) {
            continue;
        } else if (what === 'module') {
            ok = addModule(a);
        } else if (what === 'call') {
            ok = !call(Number(a), text(b), c.slice(1), rest.map(argument));
        } else if (what === 'tag') {
            const tag = current.instances[a].exports[text(b)];
            current.tags.push({ tag, types: c });
        } else if (what && !'ve'.includes(c)) {
            current.seen.push({ kind: what, m: Number(a), name: text(b), t: c });
        }
    }
    flush();
}

// --- Features ---

const V128 = [0xfd, 12, ...Array(16).fill(0)];

// A module with one function of the type, and sections around it.
function probe({ params = [], code = [], before = [] }) {
    const body = [0, ...code, 0x0b];
    return WebAssembly.validate(new Uint8Array([
        0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
        1, 7 + params.length, 2, 0x60, 0, 0, 0x60, params.length ? 1 : 0,
        ...params, 0,
        3, 2, 1, 1, ...before,
        10, 2 + body.length, 1, body.length, ...body]));
}

const probes = {
    simd: { code: [...V128, 0x1a] },
    relaxed: { code: [...V128, ...V128, 0xfd, 0x80, 2, 0x1a] },
    tail: { code: [0x12, 0] },
    memories: { before: [5, 5, 2, 0, 1, 0, 1] },
    memory64: { before: [4, 4, 1, 0x70, 4, 1, 5, 3, 1, 4, 1] },
    refs: { params: [0x63, 0], code: [0x20, 0, 0x14, 0] },
    exn: { params: [0x69], code: [0x1f, 0x40, 0, 0x0b] },
    legacy: { code: [0x06, 0x40, 0x19, 0x0b] },
    threads: { before: [5, 4, 1, 3, 1, 1] },
    wide: { code: [0x42, 0, 0x42, 0, 0x42, 0, 0x42, 0, 0xfc, 0x13, 0x1a, 0x1a] },
    const: { before: [6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b] },
    host: {},
    link: {},
};

if (process.argv[2] === '--features')
    console.log(Object.keys(probes).filter((k) => probe(probes[k])).join(','));
else
    runPlan(process.argv[2]);
