import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Packr } from 'msgpackr'
import { expect, it } from 'vitest'
import { createStory } from '../../../../src/demo/story.ts'
import type { ReportMessage } from '../../../../src/report/delta/delta-schema.ts'
import { decodeBySchema, decodeMessage } from '../../../../src/report/encoding/decoding.ts'
import { Texts } from '../../../../src/report/encoding/reading/texts.ts'
import { defaultLimits } from '../../../../src/report/limits.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const COPIES = 30

const heldBytes = (decode: () => ReportMessage): number => {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const held = Array.from({ length: COPIES }, decode)
  collectGarbage()
  const after = process.memoryUsage().heapUsed
  expect(held).toHaveLength(COPIES)
  return after - before
}

it('what is read takes little memory, the less the more of its texts were read before', () => {
  const [report] = createStory({ hosts: 1, containers: 60 }).reportsAt(10_000)
  const body = new Packr({ useRecords: false }).pack(report)
  const texts = new Texts()
  decodeMessage(body, defaultLimits, texts)
  const apart = heldBytes(() => decodeMessage(body))
  const shared = heldBytes(() => decodeMessage(body, defaultLimits, texts))
  const bySchema = heldBytes(() => decodeBySchema(body))
  expect(apart).toBeLessThan(0.6 * bySchema)
  expect(shared).toBeLessThan(0.95 * apart)
})
