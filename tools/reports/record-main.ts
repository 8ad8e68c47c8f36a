import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { facts } from '../../src/report/facts.ts'
import type { Report, ReportNode } from '../../src/report/schema.ts'
import { type Mode, startProbe } from '../bench/probe/probe-process.ts'
import { keepNodes } from './keep-nodes.ts'
import { readReports, writeReports } from './read-reports.ts'
import { sanitiseReport } from './sanitise.ts'
import { type Stage, setUpShop } from './stage/shop.ts'

const usage = `tools/record-report [--seconds N] [DIRECTORY]

Records reports of a real probe that watches real containers (see tools/reports/stage/shop.ts), traced by eBPF and polled
from /proc, and writes them without what tells of this machine: shop-ebpf.json and shop-proc.json in DIRECTORY, by default
test/fixtures/reports. Needs root, Docker, nginx, redis and curl.
`

/** What is on the stage, and nothing else that runs on this machine. */
const staged = (report: Report, { prefix, units }: Stage): Report => {
  const containers = report.nodes.filter(
    ({ topology, name }) => topology === 'container' && name.startsWith(prefix),
  )
  const ids = new Set(containers.map(({ id }) => id))
  const images = new Set(containers.flatMap(({ parents }) => parents.container_image ?? []))
  const keep = (node: ReportNode): boolean => {
    if (node.topology === 'container') return ids.has(node.id)
    if (node.topology === 'container_image') return images.has(node.id)
    return (
      (node.parents.container ?? []).some((id) => ids.has(id)) ||
      units.includes(String(node.facts[facts.systemdUnit]))
    )
  }
  const kept = keepNodes(report, keep)
  const [plain] = readReports(JSON.stringify(kept).replaceAll(prefix, ''))
  return plain as Report
}

const record = async (mode: Mode, seconds: number, stage: Stage): Promise<Report> => {
  const probe = await startProbe(mode, ['--no-dns'])
  try {
    await sleep(seconds * 1000)
    const arrival = await probe.sink.next()
    return sanitiseReport(staged(arrival.read(), stage), { keepLabels: ['tier', 'io.scope.role'] })
  } finally {
    await probe.stop()
  }
}

const options = { seconds: { type: 'string', default: '15' }, help: { type: 'boolean' } } as const
const { values, positionals } = parseArgs({ options, allowPositionals: true })
const seconds = Number(values.seconds)
if (values.help || positionals.length > 1 || !(seconds > 0)) {
  process.stderr.write(usage)
  process.exit(values.help ? 0 : 2)
}
const directory = positionals[0] ?? fileURLToPath(new URL('../../test/fixtures/reports', import.meta.url))
mkdirSync(directory, { recursive: true })
const stage = await setUpShop()
try {
  for (const mode of ['ebpf', 'proc'] as const) {
    const file = join(directory, `shop-${mode}.json`)
    writeFileSync(file, writeReports([await record(mode, seconds, stage)]))
    process.stdout.write(`${file}\n`)
  }
} finally {
  await stage.close()
}
