import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fillCompileCache, probeEnvironment, probeNodeOptions } from '../../../src/cli/parts/probe-runtime.ts'

let stateDir: string
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'scope-runtime-'))
  // The cache that the tests share stays as it is.
  vi.stubEnv('NODE_COMPILE_CACHE', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(stateDir, { recursive: true, force: true })
})

const run = (script: string): string =>
  execFileSync(process.execPath, [...probeNodeOptions, '-p', script], {
    encoding: 'utf8',
    env: { ...process.env, ...probeEnvironment(stateDir) },
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

describe('the compile cache', () => {
  test('is filled once, with all that the probe is made of', async () => {
    const { NODE_COMPILE_CACHE: directory = '' } = probeEnvironment(stateDir)
    await fillCompileCache(stateDir)
    const files = readdirSync(directory, { recursive: true })
    expect(files.length).toBeGreaterThan(50)

    const [compiled = ''] = readdirSync(directory).filter((name) => !name.startsWith('filled-'))
    rmSync(join(directory, compiled), { recursive: true })
    const left = readdirSync(directory, { recursive: true })
    await fillCompileCache(stateDir)
    expect(readdirSync(directory, { recursive: true })).toEqual(left)
    expect(existsSync(directory)).toBe(true)
  })

  test('is what a probe finds that runs with these options', async () => {
    await fillCompileCache(stateDir)
    const { NODE_COMPILE_CACHE: directory = '' } = probeEnvironment(stateDir)
    const compiled = () => readdirSync(directory).filter((name) => !name.startsWith('filled-'))
    const before = compiled()
    expect(before).toHaveLength(1)
    run("require('node:module').flushCompileCache()")
    expect(compiled()).toEqual(before)
  })
})
