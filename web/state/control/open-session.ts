import { batch, createSignal } from 'solid-js'
import type { SessionKind } from '../../../src/report/control/control.ts'
import { besideOf, lowestFree } from '../../domain/pipe/tabs.ts'
import type { KeptSession } from './kept.ts'
import type { SessionToOpen } from './session-to-open.ts'

/** A tab of the drawer: one terminal, or the logs of one node or several. */
export interface OpenSession {
  /** Of this page only; not the id of a pipe. */
  readonly id: string
  readonly kind: SessionKind
  readonly group: string | undefined
  /** Of the tabs of one kind that are open for nodes of the same name, each has another: 1 for the first. */
  readonly number: number
  /** One for a terminal; for logs one for each node. */
  readonly sources: () => readonly SessionToOpen[]
  /** Adds the logs of one more node, in place of those of the same node. */
  add(source: SessionToOpen): void
  /** What it showed before it came to this page. */
  readonly kept: KeptSession | undefined
}

const [sessions, setSessions] = createSignal<readonly OpenSession[]>([])
const [shown, setShown] = createSignal<string>()
let opened = 0

/** The sessions that are open in this page, in the order of their tabs. */
export const openSessions = sessions

/** Id of the session whose tab is in front; undefined while the drawer is minimised. */
export const shownSession = shown

/** The lowest number that no open tab of this kind and name has. */
const numberFor = ({ kind, label }: SessionToOpen): number =>
  lowestFree(
    sessions()
      .filter((open) => open.kind === kind && open.sources()[0]?.label === label)
      .map(({ number }) => number),
  )

/**
 * Shows a pipe in the drawer, in a tab of its own, or with the logs of the same group.
 *
 * @param kept what it showed before, when it comes from another window or from before a reload
 * @returns the session
 *
 * @example
 * const { pipe, raw_tty } = await send('post', '/api/control/{probeId}/{nodeId}/{control}', { path, body })
 * if (pipe) openSession({ kind: 'terminal', pipe, tty: raw_tty === true, nodeId, label: 'shop-web-1', probeId })
 */
export function openSession(source: SessionToOpen, kept?: KeptSession): OpenSession {
  const { kind, group } = source
  const joined = kind === 'logs' && group !== undefined && sessions().find((open) => open.group === group)
  if (joined) {
    batch(() => {
      joined.add(source)
      setShown(joined.id)
    })
    return joined
  }
  opened += 1
  const [sources, setSources] = createSignal<readonly SessionToOpen[]>([source])
  const session: OpenSession = {
    id: `session-${opened}`,
    kind,
    group,
    number: numberFor(source),
    sources,
    add: (more) => setSources((now) => [...now.filter(({ nodeId }) => nodeId !== more.nodeId), more]),
    kept,
  }
  batch(() => {
    setSessions((now) => [...now, session])
    setShown(session.id)
  })
  return session
}

/** Brings the tab of a session to the front; undefined minimises the drawer. */
export function showSession(id: string | undefined): void {
  setShown(id)
}

/** Opens a session that was kept over a reload, or comes from another window. */
export function reopenSession(kept: KeptSession): OpenSession | undefined {
  const [first, ...more] = kept.sources
  if (!first) return undefined
  const session = openSession(first, kept)
  for (const source of more) session.add(source)
  return session
}

/** Takes a session out of the drawer, which ends its pipes. The tab beside it comes to the front. */
export function closeSession(id: string): void {
  const before = sessions()
  const at = before.findIndex((session) => session.id === id)
  if (at < 0) return
  const left = before.filter((session) => session.id !== id)
  batch(() => {
    if (shown() === id) setShown(besideOf(before, at)?.id)
    setSessions(left)
  })
}
