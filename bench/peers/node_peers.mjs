// cockatiel and opossum around an async function that adds one; see script/bench-peers.
import { createRequire } from 'node:module';

const require = createRequire(process.cwd() + '/');
const rounds = 25;
const calls = 2000;
const addOne = async (x) => x + 1;
const never = 3_600_000;

function cockatielCases() {
  const { retry, circuitBreaker, wrap, handleAll, ConsecutiveBreaker } = require('cockatiel');
  const closed = () =>
    circuitBreaker(handleAll, { halfOpenAfter: never, breaker: new ConsecutiveBreaker(5) });
  const retrying = () => retry(handleAll, { maxAttempts: 3 });
  const [first, second, both, open] = [retrying(), closed(), wrap(retrying(), closed()), closed()];
  open.isolate();
  return [
    ['cockatiel', 'retry', () => first.execute(() => addOne(1))],
    ['cockatiel', 'breaker', () => second.execute(() => addOne(1))],
    ['cockatiel', 'retry+breaker', () => both.execute(() => addOne(1))],
    ['cockatiel', 'open', () => open.execute(() => addOne(1)).catch(() => 0)],
  ];
}

function opossumCases() {
  const CircuitBreaker = require('opossum');
  const closed = new CircuitBreaker(addOne, { timeout: false });
  const open = new CircuitBreaker(addOne, { timeout: false, resetTimeout: never });
  open.open();
  return [
    ['opossum', 'breaker', () => closed.fire(1)],
    ['opossum', 'open', () => open.fire(1).catch(() => 0)],
  ];
}

const cases = [['-', 'bare', () => addOne(1)], ...cockatielCases(), ...opossumCases()];
const least = cases.map(() => Infinity);
for (let round = 0; round < rounds; ++round) {
  for (let i = 0; i < cases.length; ++i) {
    const begin = process.hrtime.bigint();
    for (let call = 0; call < calls; ++call) await cases[i][2]();
    least[i] = Math.min(least[i], Number(process.hrtime.bigint() - begin) / calls);
  }
}
cases.forEach(([library, name], i) =>
  console.log(['JavaScript', library, name, least[i].toFixed(2)].join('\t')));
process.exit(0);
