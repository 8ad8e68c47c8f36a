import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import type { CollectorStatus } from '../../report/schema.ts'
import { describePlace, type OwnContainer } from '../container/own-container.ts'
import type { Joined } from '../join/join-cluster.ts'
import { isLoopbackUrl } from '../launch/app-urls.ts'
import type { Launched } from '../launch/launch.ts'
import type { PartState, PartStates } from '../parts/parts.ts'
import type { AppStatus, Part } from '../parts/state-files.ts'
import { connectionsText, usageText } from './describe-probe.ts'
import { type Times, targetLines } from './describe-targets.ts'
import type { Health } from './health.ts'
import { durationText } from './times.ts'

const traceWords: Readonly<Record<string, string>> = {
  ebpf: 'traces with eBPF',
  proc: 'polls /proc',
  off: 'sees no connections',
}

/** Describes how the probe sees connections: `polls /proc (not root)`. */
export function describeTracing(status: ProbeStatusDocument | undefined): string {
  const connections = status?.collectors.find(({ id }) => id === 'connections')
  if (connections === undefined) return 'has not said yet how it traces'
  return withReason(traceWords[connections.mode] ?? connections.mode, connections)
}

function withReason(text: string, { reason }: CollectorStatus): string {
  return reason === '' ? text : `${text} (${reason})`
}

/**
 * Describes where the page is and how it is reached from elsewhere. There one has to sign in, which takes TLS, or a tunnel.
 *
 * @param hostname of this machine, as others know it
 * @returns lines, each with a label
 */
export function describeUrls(urls: readonly string[], hostname: string): [about: string, text: string][] {
  const pages = urls.filter(isLoopbackUrl)
  const others = urls.filter((url) => !isLoopbackUrl(url))
  const [page] = pages
  const { protocol, port } = new URL(page ?? others[0] ?? 'http://localhost')
  const own = pages.map((url): [string, string] => ['page', url])
  if (protocol === 'https:')
    return [...own, ...labelled('page', others, 'from other machines, after signing in')]
  const tunnel = `from another machine: ssh -N -L ${port}:127.0.0.1:${port} ${hostname}, then http://localhost:${port}`
  return [
    ...own,
    ...(page === undefined || others.length === 0 ? [] : [['page', tunnel] as [string, string]]),
    ...labelled(
      'probes',
      others,
      'for probes of other machines: scope token --join; people there need the tunnel, or --app.tls',
    ),
  ]
}

/** Lines that share a label. @param remark on all of them, shown with the first */
const labelled = (about: string, texts: readonly string[], remark: string): [about: string, text: string][] =>
  texts.map((text, index) => [about, index === 0 ? `${text}  (${remark})` : text])

/** Describes the certificate that the app serves: `AB:CD:… (SHA-256; self-signed, valid until 2029-02-27)`. */
function describeCertificate(app: AppStatus | undefined): [about: string, text: string][] {
  if (app?.certificate === undefined) return []
  const { fingerprint, isSelfSigned, validUntil } = app.certificate
  const kind = isSelfSigned ? 'self-signed, ' : ''
  return [['cert', `${fingerprint}  (SHA-256; ${kind}valid until ${validUntil.slice(0, 10)})`]]
}

/**
 * Describes by which name the app is found in a Weave network, or why it is not. Where there is no such network that is nothing
 * to tell, and a probe that runs beside the app says that there is none.
 */
const describeWeave = (
  app: AppStatus | undefined,
  collectors: readonly CollectorStatus[],
): [about: string, text: string][] => {
  const weave = app?.weave
  if (weave === undefined) return []
  if ('address' in weave) return [['weave', `registered in weaveDNS as ${weave.name} (${weave.address})`]]
  const router = collectors.find(({ id }) => id === 'weave')
  const isToTell = router === undefined ? weave.wasAsked : router.state !== 'waiting'
  return isToTell ? [['weave', `not registered in weaveDNS: ${weave.why}`]] : []
}

const inColumns = (lines: readonly [about: string, text: string][]): string[] =>
  lines.map(([about, text], index) => `${(lines[index - 1]?.[0] === about ? '' : about).padEnd(7)}${text}`)

/**
 * The text that `scope launch` prints on success.
 *
 * @param place where it runs, from `describePlace`
 * @param links lines of the links that sign in, each with a label
 * @param joinLines what came of joining, the same way
 */
export function describeLaunch(
  { started, joined, app, probe, broughtBack }: Launched,
  wantsProbe: boolean,
  hostname: string,
  place: string,
  links: readonly [about: string, text: string][] = [],
  joinLines: readonly [about: string, text: string][] = [],
): string {
  const lines = [...describeUrls(app?.urls ?? [], hostname), ...links, ...describeCertificate(app)]
  if (wantsProbe && (probe !== undefined || !broughtBack)) lines.push(['probe', describeTracing(probe)])
  lines.push(...joinLines, ['runs', place])
  const title = titleOf(started, broughtBack === true, joined)
  return [title, ...inColumns(lines).map((line) => `  ${line}`)].join('\n')
}

const titleOf = (started: readonly Part[], broughtBack: boolean, joined: Joined | undefined): string => {
  const hasStarted = started.length > 0
  if (joined !== undefined)
    return joined.keyChanged || hasStarted
      ? 'Scope is running, and has joined.'
      : 'This machine has joined already.'
  if (hasStarted && broughtBack)
    return `Scope is running: the ${started.join(' and the ')} had died, and ${started.length === 1 ? 'runs' : 'run'} again as before; "scope stop" first, to run it with other options.`
  return hasStarted
    ? 'Scope is running.'
    : 'Scope runs already; "scope stop" first, to run it with other options.'
}

/** Overall state: `dead` when a part died; `failing` when a part runs but does not work, or the supervisor has died. */
export function overallState(
  { supervisor, app, probe }: PartStates,
  health: Health,
): 'running' | 'failing' | 'dead' | 'stopped' {
  const states = [app.state, probe.state]
  if (states.includes('dead')) return 'dead'
  if (!states.includes('running')) return 'stopped'
  return supervisor.state !== 'running' || health.app !== '' || health.probe !== '' ? 'failing' : 'running'
}

function headline(
  name: string,
  { state, record, supervision }: PartState<unknown>,
  problem: string,
  now: Date,
  isMendable: boolean,
  user?: string,
): string {
  if (state === 'stopped') return `${name} not running`
  const ago = (at: string) => durationText(now.getTime() - Date.parse(at))
  const last = supervision?.last
  if (state === 'dead') {
    if (last === undefined)
      return `${name} died (was pid ${record?.pid}); ${isMendable ? '"scope launch" alone starts it again as it was' : '"scope launch", with the options that it had, starts it again'}, "scope logs" tells why`
    const words = last.lastWords === '' ? '' : `\n      its last words: ${last.lastWords}`
    const wait = durationText(Date.parse(supervision?.nextStartAt ?? '') - now.getTime())
    return `${name} died ${ago(last.at)} ago: it ${last.reason}; it is started again in ${wait}, and has died ${times(supervision?.deaths)}${words}`
  }
  const restarts =
    last === undefined
      ? ''
      : `; started again ${times(supervision?.deaths)}, last ${ago(last.at)} ago, when it ${last.reason}`
  const failing = problem === '' ? '' : `\n      PROBLEM: ${problem}`
  const as = user === undefined ? '' : ` as user ${user}`
  return `${name} pid ${record?.pid}${as}, since ${record?.launchedAt}${restarts}${failing}`
}

const timesOf = (status: ProbeStatusDocument | undefined, now: Date): Times => ({
  writtenMs: Date.parse(status?.writtenAt ?? '') || now.getTime(),
  nowMs: now.getTime(),
})

const times = (count = 0): string => (count === 1 ? 'once' : `${count} times`)

function probeLines({ state, status }: PartStates['probe'], now: Date): string[] {
  if (state !== 'running') return []
  if (status === undefined) return [`      ${describeTracing(status)}`]
  return [`      ${connectionsText(status, now)}`, `      ${usageText(status)}`]
}

/** Context of a status text, beside the parts. */
export interface StatusContext {
  readonly stateDir: string
  /** Host name of this machine, as others know it. */
  readonly hostname: string
  /** The public key of this machine's app; undefined when no app has run here yet. */
  readonly appKey: string | undefined
  /** The user whom the app runs as, when it is another than who launched it. */
  readonly appUser?: string | undefined
  /** The parts that died and that a launch without options starts again as they were. */
  readonly mendable: readonly Part[]
  /** Where Scope runs, when that is a container. */
  readonly container?: OwnContainer | undefined
  /** The usual pause between two reports of the probe; undefined when it is not known. */
  readonly intervalMs?: number | undefined
  readonly now: Date
}

/** The text that `scope status` prints. */
export function describeStatus(
  states: PartStates,
  health: Health,
  { stateDir, hostname, appKey, appUser, mendable, container, intervalMs, now }: StatusContext,
): string {
  const { supervisor, app, probe } = states
  if (overallState(states, health) === 'stopped') return `Scope is not running (state: ${stateDir})`
  const collectors = probe.status?.collectors ?? []
  return [
    headline('app  ', app, health.app, now, mendable.includes('app'), appUser),
    ...inColumns([
      ...describeUrls(app.status?.urls ?? [], hostname),
      ...describeCertificate(app.status),
      ...describeWeave(app.status, collectors),
    ]).map((line) => `      ${line}`),
    ...(app.state === 'running' && appKey !== undefined
      ? [`      key    ${appKey}  (for --app-key of probes elsewhere)`]
      : []),
    headline('probe', probe, health.probe, now, mendable.includes('probe')),
    ...probeLines(probe, now),
    ...collectors
      .filter(({ id }) => id !== 'connections')
      .map((collector) => `      ${withReason(`${collector.id}: ${collector.state}`, collector)}`),
    ...targetLines(probe.status?.apps ?? [], timesOf(probe.status, now), intervalMs).map(
      (line) => `      ${line}`,
    ),
    ...(supervisor.state === 'running'
      ? []
      : [
          'PROBLEM: the supervisor died: what dies now is not started again; "scope launch" alone starts another',
        ]),
    `state ${stateDir}`,
    `runs  ${describePlace(container)}`,
  ].join('\n')
}

/** The document that `scope status --json` prints. */
export function statusJson(
  states: PartStates,
  health: Health,
  {
    stateDir,
    appKey,
    appUser,
    container,
  }: Pick<StatusContext, 'stateDir' | 'appKey' | 'appUser' | 'container'>,
  version: string,
) {
  const part = <S>({ state, record, status, supervision }: PartState<S>, problem: string) => ({
    state,
    problem,
    pid: record?.pid ?? null,
    launchedAt: record?.launchedAt ?? null,
    deaths: supervision?.deaths ?? null,
    lastDeath: supervision?.last ?? null,
    nextStartAt: supervision?.nextStartAt ?? null,
    status: status ?? null,
  })
  const { supervisor, app, probe } = states
  return {
    state: overallState(states, health),
    version,
    stateDir,
    runtime: container === undefined ? 'native' : 'docker',
    container: container?.name ?? null,
    supervisor: { state: supervisor.state, pid: supervisor.record?.pid ?? null },
    app: { ...part(app, health.app), key: appKey ?? null, user: appUser ?? null },
    probe: part(probe, health.probe),
  }
}
