import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import type { CollectorStatus } from '../../report/schema.ts'
import { isLoopbackUrl } from '../launch/app-urls.ts'
import type { Launched } from '../launch/launch.ts'
import type { PartState, PartStates } from '../parts/parts.ts'
import { connectionsText, usageText } from './describe-probe.ts'

const traceWords: Readonly<Record<string, string>> = {
  ebpf: 'traces with eBPF',
  proc: 'polls /proc',
  off: 'sees no connections',
}

/** How the probe sees connections, as a person reads it: `polls /proc (not root)`. */
export function describeTracing(status: ProbeStatusDocument | undefined): string {
  const connections = status?.collectors.find(({ id }) => id === 'connections')
  if (connections === undefined) return 'has not said yet how it traces'
  return withReason(traceWords[connections.mode] ?? connections.mode, connections)
}

function withReason(text: string, { reason }: CollectorStatus): string {
  return reason === '' ? text : `${text} (${reason})`
}

/** The page's addresses, one a line; those that ask for the token say so. */
export function describeUrls(urls: readonly string[]): string[] {
  return urls.map((url) => (isLoopbackUrl(url) ? url : `${url}  (asks for the token: scope token)`))
}

/** What `scope launch` prints when all is well. */
export function describeLaunch({ started, app, probe }: Launched, wantsProbe: boolean): string {
  const title =
    started.length > 0
      ? 'Scope is running.'
      : 'Scope runs already; "scope stop" first, to run it with other options.'
  const lines = describeUrls(app?.urls ?? []).map(
    (url, index) => `${index === 0 ? '  page   ' : '         '}${url}`,
  )
  if (wantsProbe) lines.push(`  probe  ${describeTracing(probe)}`)
  return [title, ...lines].join('\n')
}

/** How Scope fares as a whole: one part that died makes it `dead`. */
export function overallState({ app, probe }: PartStates): 'running' | 'dead' | 'stopped' {
  if (app.state === 'dead' || probe.state === 'dead') return 'dead'
  return app.state === 'running' || probe.state === 'running' ? 'running' : 'stopped'
}

function headline(name: string, { state, record }: PartState<unknown>): string {
  if (record === undefined) return `${name} not running`
  if (state === 'dead')
    return `${name} died (was pid ${record.pid}); "scope launch" starts it again, "scope logs" tells why`
  return `${name} pid ${record.pid}, since ${record.launchedAt}`
}

function probeLines({ state, status }: PartStates['probe'], now: Date): string[] {
  if (state !== 'running') return []
  if (status === undefined) return [`      ${describeTracing(status)}`]
  return [`      ${connectionsText(status, now)}`, `      ${usageText(status)}`]
}

/** What `scope status` prints. */
export function describeStatus(states: PartStates, stateDir: string, now: Date): string {
  const { app, probe } = states
  if (overallState(states) === 'stopped') return `Scope is not running (state: ${stateDir})`
  const collectors = probe.status?.collectors ?? []
  return [
    headline('app  ', app),
    ...describeUrls(app.status?.urls ?? []).map((url) => `      ${url}`),
    headline('probe', probe),
    ...probeLines(probe, now),
    ...collectors
      .filter(({ id }) => id !== 'connections')
      .map((collector) => `      ${withReason(`${collector.id}: ${collector.state}`, collector)}`),
    ...(probe.status?.apps ?? []).map(
      (app) => `      publishes to ${app.url}: ${app.state}${app.reason === '' ? '' : ` (${app.reason})`}`,
    ),
    `state ${stateDir}`,
  ].join('\n')
}

/** What `scope status --json` prints: the same, for programs. */
export function statusJson(states: PartStates, stateDir: string, version: string) {
  const part = <S>({ state, record, status }: PartState<S>) => ({
    state,
    pid: record?.pid ?? null,
    launchedAt: record?.launchedAt ?? null,
    status: status ?? null,
  })
  return { state: overallState(states), version, stateDir, app: part(states.app), probe: part(states.probe) }
}
