import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { COLLECT_AFTER_BYTES, createYoungCollector } from '../../src/channel/collect-young.ts'
import { appNodeOptions, probeNodeOptions } from '../../src/cli/parts/probe-runtime.ts'

test('young objects are collected each time that enough bytes have passed', () => {
  let collected = 0
  const passed = createYoungCollector(() => collected++)
  passed(COLLECT_AFTER_BYTES - 1)
  expect(collected).toBe(0)
  passed(1)
  expect(collected).toBe(1)
  for (let i = 0; i < 10; i++) passed(COLLECT_AFTER_BYTES / 2)
  expect(collected).toBe(6)
})

const FRAME_BYTES = 32 * 1024
const FRAMES = 6000

/** A process that seals and opens frames beside a heap as that of a probe, and counts full collections. */
const program = (collects: boolean): string => `
  import { PerformanceObserver } from 'node:perf_hooks'
  import { createYoungCollector } from '${new URL('../../src/channel/collect-young.ts', import.meta.url)}'
  import { createOpener, createSealer } from '${new URL('../../src/report/proof/frame-seal.ts', import.meta.url)}'
  globalThis.held = Array.from({ length: 200_000 }, (_, i) => ({ i, name: 'n' + i }))
  let full = 0
  new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) if (detail.kind === 4) full++
  }).observe({ entryTypes: ['gc'] })
  const seal = createSealer(Buffer.alloc(32)), open = createOpener(Buffer.alloc(32))
  const passed = createYoungCollector(${collects ? '' : '() => {}'})
  await new Promise((resolve) => setTimeout(resolve, 100))
  full = 0
  for (let i = 0; i < ${FRAMES}; i++) {
    passed(open(seal([Buffer.alloc(${FRAME_BYTES})])).length)
    if (i % 8 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await new Promise((resolve) => setTimeout(resolve, 100))
  console.log(full)
`
/** In one thread: how much a collector in other threads leaves to a full collection hangs on how busy the machine is. */
const fullCollections = async (options: readonly string[], collects: boolean): Promise<number> => {
  const args = [...options, '--single-threaded-gc', '--input-type=module', '--eval', program(collects)]
  return Number((await promisify(execFile)(process.execPath, args)).stdout)
}

test.each([
  ['app', appNodeOptions],
  ['probe', probeNodeOptions],
])(
  'with the options of the %s, a flood takes few full collections',
  { timeout: 120_000 },
  async (_, options) => {
    const [without, with_] = [await fullCollections(options, false), await fullCollections(options, true)]
    expect(without).toBeGreaterThan(4)
    expect(with_).toBeLessThan(without / 3)
  },
)
