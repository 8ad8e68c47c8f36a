import { readFileSync } from 'node:fs'
import {
  constants,
  gunzipSync,
  gzipSync,
  type InputType,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib'
import { Packr } from 'msgpackr'
import { createStabiliser } from '../../src/probe/assemble/stabiliser.ts'
import { makeDelta } from '../../src/report/delta/make-delta.ts'
import type { Report } from '../../src/report/schema.ts'
import { eventually } from '../../test/support/eventually.ts'
import { startScope } from '../../test/support/scope/running-scope.ts'
import { readReports } from '../reports/read-reports.ts'

/** One way to compress. */
interface Codec {
  readonly name: string
  compress(bytes: InputType): Buffer
  expand(bytes: InputType): Buffer
}

const gzipAt = (level: number): Codec => ({
  name: `gzip ${level}`,
  compress: (bytes) => gzipSync(bytes, { level }),
  expand: gunzipSync,
})

const zstdAt = (level: number): Codec => ({
  name: `zstd ${level}`,
  compress: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } }),
  expand: zstdDecompressSync,
})

const codecs = [gzipAt(1), gzipAt(6), zstdAt(1), zstdAt(3)]
const ROUNDS = 9
const LEAST_ROUND_MS = 60

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** CPU of one call, ms: so many calls that the clock is fine enough. */
const costOf = (work: () => void): number => {
  const began = cpuMs()
  let calls = 0
  do {
    work()
    calls++
  } while (cpuMs() - began < LEAST_ROUND_MS)
  return (cpuMs() - began) / calls
}

const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true })

interface Sample {
  readonly name: string
  readonly bytes: Buffer
}

/** Keeps what did not change as it was in the report before, as a probe does. */
const createKeeper = (): ((report: Report) => Report) => {
  const nodes = createStabiliser<Report['nodes'][number]>()
  const connections = createStabiliser<Report['connections'][number]>()
  const addresses = createStabiliser<Report['addresses'][number]>()
  const listeners = createStabiliser<Report['listeners'][number]>()
  const status = createStabiliser<Report['status'][number]>()
  const controls = createStabiliser<Report['controls'][number]>()
  return (report) => ({
    ...report,
    nodes: nodes(report.nodes),
    connections: connections(report.connections),
    addresses: addresses(report.addresses),
    listeners: listeners(report.listeners),
    status: status(report.status),
    controls: controls(report.controls),
  })
}

/** A report of this machine, whole, and what changed in it until the next. */
const ofThisMachine = async (): Promise<Sample[]> => {
  const scope = await startScope()
  try {
    const take = async (after: number): Promise<Report> =>
      eventually('a report', async () => {
        const [report] = readReports(JSON.stringify(await scope.get('/api/report')))
        return report !== undefined && report.envelope.seq > after && report
      })
    const before = await take(10)
    const keep = createKeeper()
    const base = keep(before)
    const next = keep(await take(before.envelope.seq))
    const delta = packr.pack(makeDelta(base, next))
    return [
      { name: 'this machine, whole', bytes: packr.pack(next) },
      { name: 'this machine, delta', bytes: delta },
    ]
  } finally {
    await scope.stop()
  }
}

const recorded = (name: string): Sample[] =>
  readReports(readFileSync(new URL(`../../test/fixtures/reports/${name}.json`, import.meta.url), 'utf8')).map(
    (report) => ({ name: `${name}, whole`, bytes: packr.pack(report) }),
  )

/** Measures each codec in turn, again and again, and keeps the least of each. */
const measure = ({ name, bytes }: Sample): void => {
  const least = codecs.map((codec) => ({
    codec,
    packed: codec.compress(bytes),
    compress: Number.POSITIVE_INFINITY,
    expand: Number.POSITIVE_INFINITY,
  }))
  for (let round = 0; round < ROUNDS; round++)
    for (const one of least) {
      one.compress = Math.min(
        one.compress,
        costOf(() => one.codec.compress(bytes)),
      )
      one.expand = Math.min(
        one.expand,
        costOf(() => one.codec.expand(one.packed)),
      )
    }
  console.log(`${name}: ${bytes.length} bytes of MessagePack`)
  for (const { codec, packed, compress, expand } of least)
    console.log(
      `  ${codec.name}  ${String(packed.length).padStart(7)} bytes  compress ${compress.toFixed(3)} ms  expand ${expand.toFixed(3)} ms`,
    )
}

/** Compares gzip and zstd over reports: those recorded, and one of this machine (as root). CPU, the least of several rounds. */
export const run = async (): Promise<void> => {
  for (const sample of [...recorded('shop-ebpf'), ...recorded('shop-proc'), ...(await ofThisMachine())])
    measure(sample)
}
