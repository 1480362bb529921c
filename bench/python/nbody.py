"""The orbits of five bodies: floating-point numbers in lists.  Prints the
energy at the end."""
import sys

STEPS = int(sys.argv[1])
MASS, YEAR = 4 * 3.141592653589793 ** 2, 365.24

BODIES = [
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], MASS),
    ([4.84143144246472090, -1.16032004402742839, -0.103622044471123109],
     [0.00166007664274403694 * YEAR, 0.00769901118419740425 * YEAR,
      -0.0000690460016972063023 * YEAR], 0.000954791938424326609 * MASS),
    ([8.34336671824457987, 4.12479856412430479, -0.403523417114321381],
     [-0.00276742510726411411 * YEAR, 0.00499852801234917238 * YEAR,
      0.0000230417297573763929 * YEAR], 0.000285885980666130812 * MASS),
    ([12.8943695621391310, -15.1111514016986312, -0.223307578892655734],
     [0.00296460137564761618 * YEAR, 0.00237847173959480950 * YEAR,
      -0.0000296589568540237556 * YEAR], 0.0000436624404335156298 * MASS),
    ([15.3796971148509165, -25.9193146099879641, 0.179258772950371181],
     [0.00268067772490389322 * YEAR, 0.00162824170038242295 * YEAR,
      -0.0000951592254519715870 * YEAR], 0.0000515138902046611451 * MASS)]
PAIRS = [(a, b) for i, a in enumerate(BODIES) for b in BODIES[i + 1:]]


def advance(dt, steps):
    for _ in range(steps):
        for (p, v, m), (q, w, n) in PAIRS:
            dx, dy, dz = p[0] - q[0], p[1] - q[1], p[2] - q[2]
            pull = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
            by, of = n * pull, m * pull
            v[0] -= dx * by
            v[1] -= dy * by
            v[2] -= dz * by
            w[0] += dx * of
            w[1] += dy * of
            w[2] += dz * of
        for p, v, _ in BODIES:
            p[0] += dt * v[0]
            p[1] += dt * v[1]
            p[2] += dt * v[2]


def energy():
    e = sum(m * sum(x * x for x in v) / 2 for _, v, m in BODIES)
    for (p, _, m), (q, _, n) in PAIRS:
        e -= m * n / sum((x - y) ** 2 for x, y in zip(p, q)) ** 0.5
    return e


advance(0.01, STEPS)
print(f"{energy():.9f}")
