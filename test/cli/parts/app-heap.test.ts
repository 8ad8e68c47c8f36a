import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { appNodeOptions, nodeOptions } from '../../../src/cli/parts/probe-runtime.ts'

const HOSTS = 50
const ROUNDS = 24

/** Holds what 50 hosts tell, of which each report replaces the one before it, and tells the largest size of the heap. */
const program = `
  const held = new Map()
  let most = 0
  for (let round = 0; round < ${ROUNDS}; round++)
    for (let host = 0; host < ${HOSTS}; host++) {
      const report = Array.from({ length: 10000 }, (_, node) => ({ host, node, round, counts: [node, round / 3] }))
      held.set(host, report)
      if (round > 4) most = Math.max(most, process.memoryUsage().heapTotal)
    }
  console.log(most)
`

/** In one thread, so that what is collected does not hang on how busy the machine is: a collector in other threads comes late or soon. */
const mostBytes = async (options: readonly string[]): Promise<number> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...options,
    '--single-threaded',
    '--eval',
    program,
  ])
  return Number(stdout)
}

test('the heap of an app grows less over what it holds than by default', { timeout: 120_000 }, async () => {
  expect(await mostBytes(appNodeOptions)).toBeLessThan(0.85 * (await mostBytes(nodeOptions)))
})
