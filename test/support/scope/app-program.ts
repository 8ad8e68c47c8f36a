import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { startTestApp } from '../../app/start-test-app.ts'
import { processNode, report } from '../reports/reports.ts'
import { connectTestProbe } from './app-client.ts'

/**
 * An app in a process of its own, whose memory can be measured: `node app-program.ts PROCESSES LIMITS` prints where it
 * listens. On the line `post` it takes in a report in which every process has changed; on `memory` it prints its memory
 * usage, and the peak since it was last asked.
 */
const [processes = '1', limits = '{}'] = process.argv.slice(2)

const app = await startTestApp({ limits: JSON.parse(limits) })
const probe = await connectTestProbe(app)
let posted = 0

const post = async (): Promise<void> => {
  posted += 1
  const facts = { cmdline: `a program that does something ${'and more '.repeat(30)}${posted}` }
  const nodes = Array.from({ length: Number(processes) }, (_, i) => processNode('alpha', i + 1, { facts }))
  const { status } = await probe.post(report({ nodes, uptimeMs: 10_000 + posted * 1000, intervalMs: 60_000 }))
  if (status !== 200) throw new Error(`the report was answered with ${status}`)
}

const kilobytes = (name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

const memory = (): string => {
  const answer = JSON.stringify({ now: 1024 * kilobytes('VmRSS'), peak: 1024 * kilobytes('VmHWM') })
  writeFileSync('/proc/self/clear_refs', '5')
  return answer
}

await post()
process.stdout.write(`${app.url}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'post') await post()
  process.stdout.write(`${line === 'memory' ? memory() : 'done'}\n`)
}
await app.remove()
