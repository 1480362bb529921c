/* Run a WASI program in node: node.mjs PROG.wasm */
import {readFileSync} from "node:fs";
import {WASI} from "node:wasi";

const wasi = new WASI({version: "preview1", args: process.argv.slice(2)});
const {instance} = await WebAssembly.instantiate(
    readFileSync(process.argv[2]), wasi.getImportObject());
wasi.start(instance);
