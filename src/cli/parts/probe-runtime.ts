import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkout } from '../checkout.ts'

/**
 * Options of Node that keep the probe small, and the supervisor: V8 would rather let the heap grow than collect it, and keeps threads to do so
 * fast. Measured with 10,000 connections: half the memory, at the same use of the CPU. With less room for new objects than 2 MB,
 * which is where it would begin, what lives for a second only is collected as if it stayed.
 */
export const probeNodeOptions: readonly string[] = [
  '--memory-saver-mode',
  '--single-threaded-gc',
  '--min-semi-space-size=2',
  '--max-semi-space-size=2',
]

/** Have glibc give memory back rather than keep it, in one heap rather than in one for each thread; others pass them over. */
const allocator: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
}

/**
 * What the environment of the app has beyond that of whoever starts it. After a peak it is back at what it took before within
 * seconds. Options as the probe has them would save a third more, at three times the use of the CPU under load.
 */
export const appEnvironment: Readonly<Record<string, string>> = allocator

const compileCache = (stateDir: string): string => join(stateDir, 'compile-cache')

/** What the environment of the probe, and of the supervisor, has beyond that of whoever starts it. @param stateDir absolute */
export const probeEnvironment = (stateDir: string): Readonly<Record<string, string>> => ({
  ...allocator,
  // with its types stripped before, the program needs no compiler in memory
  NODE_COMPILE_CACHE: compileCache(stateDir),
})

const FILL_LIMIT_MS = 20_000

/**
 * Fills the compile cache of a new state directory; a probe that finds it takes 20 MB less. Later ones keep it up to date
 * themselves when they end. That it could not be filled is no failure: the probe does without.
 */
export const fillCompileCache = async (stateDir: string): Promise<void> => {
  if (existsSync(compileCache(stateDir))) return
  const modules = [checkout.probe, checkout.supervise].flatMap((path) => [
    '--import',
    pathToFileURL(path).href,
  ])
  await new Promise<void>((resolve) => {
    execFile(
      process.execPath,
      // what was compiled with other options is not found
      [...probeNodeOptions, ...modules, checkout.main, 'version'],
      { timeout: FILL_LIMIT_MS, env: { ...process.env, ...probeEnvironment(stateDir) } },
      () => resolve(),
    )
  })
}
