import { parseArgs } from 'node:util'
import { soak } from './soak.ts'

const USAGE = `usage: npm run soak -- [--minutes=N] [--seed=TEXT]

Three hosts made of namespaces report to two apps, while connections come and go, links fail, and parts of Scope are killed.
Both apps have to show exactly what is so, again and again, and never what was never so.

  --minutes=N   how long (10)
  --seed=TEXT   what is drawn: the same seed draws the same steps`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: new Date().toISOString() },
    help: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)

if (values.help || !(minutes > 0)) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  console.log(`seed ${values.seed}`)
  const startedMs = performance.now()
  const say = (line: string) =>
    console.log(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}`)
  const results = await soak({ churnMs: minutes * 60_000, roundMs: 30_000, seed: values.seed, say })
  const { steps, healedAfterMs, falseClaims } = results
  const slowest = Math.max(...healedAfterMs) / 1000
  console.log(`${steps} steps; healed ${healedAfterMs.length} times, after ${slowest.toFixed(1)} s at most`)
  for (const claim of falseClaims) console.error(`false: ${claim}`)
  process.exitCode = falseClaims.length > 0 ? 1 : 0
}
