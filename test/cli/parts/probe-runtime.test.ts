import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { probeEnvironment, probeNodeOptions } from '../../../src/cli/parts/probe-runtime.ts'

const run = (script: string): string =>
  execFileSync(process.execPath, [...probeNodeOptions, '-p', script], {
    encoding: 'utf8',
    env: { ...process.env, ...probeEnvironment },
  })

describe('how Node runs the probe', () => {
  test('is understood by this Node', () => {
    expect(run('1 + 1').trim()).toBe('2')
  })

  test('keeps the young generation small', () => {
    const largest = `(() => { const kept = []; for (let i = 0; i < 3e6; i++) kept.push({ i });
      return require('v8').getHeapSpaceStatistics().find((s) => s.space_name === 'new_space').space_size })()`
    expect(Number(run(largest))).toBeLessThanOrEqual(3 * 2 * 1024 * 1024)
  })
})
