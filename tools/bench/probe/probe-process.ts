import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { builtPrograms } from '../../../src/checkout.ts'
import { probeEnvironment, probeNodeOptions } from '../../../src/cli/parts/probe-runtime.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { type Arrival, type Sink, startSink } from './sink.ts'

/** How a probe sees connections. */
export type Mode = 'ebpf' | 'proc'

/** A probe as `scope launch` runs it, that reports to a sink of its own. */
export interface ProbeProcess {
  readonly mode: Mode
  readonly pid: number
  readonly sink: Sink
  stop(): Promise<void>
}

const START_LIMIT_MS = 20_000

const modeOf = (arrival: Arrival): string | undefined =>
  arrival.read().status.find(({ id }) => id === 'connections')?.mode

/**
 * Starts a probe and waits for its first report.
 *
 * @param from main module, by default that of this checkout; env: further variables
 * @throws Error when it does not report, or not in the mode asked for
 */
export const startProbe = async (
  mode: Mode,
  options: readonly string[] = [],
  from: { readonly main?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ProbeProcess> => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-bench-'))
  const sink = await startSink(await clusterKey(stateDir))
  const target = sink.url.slice('http://'.length)
  const args = [
    from.main ?? builtPrograms.main,
    'probe',
    ...(mode === 'proc' ? ['--no-ebpf'] : []),
    ...options,
    target,
  ]
  const child = spawn(process.execPath, [...probeNodeOptions, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...from.env, ...probeEnvironment, SCOPE_STATE_DIR: stateDir },
  })
  let log = ''
  child.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-4000)
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    await sink.close()
    rmSync(stateDir, { recursive: true, force: true })
  }
  const first = await Promise.race([
    sink.next(),
    once(child, 'exit'),
    sleep(START_LIMIT_MS, undefined, { ref: false }),
  ])
  const found = first !== undefined && 'read' in first ? modeOf(first) : 'no report'
  if (found !== mode || child.pid === undefined) {
    await stop()
    throw new Error(`a probe in mode ${mode} was asked for, and this came: ${found}\n${log}`)
  }
  return { mode, pid: child.pid, sink, stop }
}
