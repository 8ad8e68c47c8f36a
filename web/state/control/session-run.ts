import type { Accessor } from 'solid-js'
import type { PipeState } from '../../data/live/pipe.ts'
import { tabName } from '../../domain/pipe/tabs.ts'
import type { TerminalLook } from '../../domain/terminal/look.ts'
import type { KeptSession } from './kept.ts'
import { type LogsRun, startLogs } from './logs-run.ts'
import type { OpenSession } from './open-session.ts'
import { startTerminal, type TerminalRun } from './terminal-run.ts'

/** A session that is open, with what runs it. It runs on while it is not shown. */
export interface SessionRun {
  readonly session: OpenSession
  /** Of what kind it is says which one is there. */
  readonly terminal: TerminalRun | undefined
  readonly logs: LogsRun | undefined
  readonly state: Accessor<PipeState>
  /** What it shows, for people: `shop-web-1`. */
  readonly label: Accessor<string>
  /** What the program in it calls itself; empty when it has not told. */
  readonly title: Accessor<string>
  /** To go on in another window or after a reload. */
  kept(): KeptSession
  /** Stops without ending what runs at the other end. */
  leave(): void
  /** Ends what runs at the other end, and stops. After {@link leave} it does nothing. */
  end(): void
}

/** Starts to run a session. Belongs to the owner in which it is called. */
export function runSession(session: OpenSession, look: TerminalLook): SessionRun {
  const sources = session.sources
  const label = () =>
    tabName(
      sources().map((source) => source.label),
      session.number,
    )
  const [source] = sources()
  if (session.kind === 'logs' || !source) {
    const logs = startLogs(session)
    return {
      session,
      terminal: undefined,
      logs,
      state: logs.state,
      label,
      title: () => '',
      kept: logs.kept,
      leave: logs.leave,
      end: logs.end,
    }
  }
  const terminal = startTerminal(source, look, session.kept?.terminal)
  return {
    session,
    terminal,
    logs: undefined,
    state: terminal.state,
    label,
    title: terminal.title,
    kept() {
      const shown = terminal.kept()
      return { sources: sources(), ...(shown && { terminal: shown }) }
    },
    leave: terminal.leave,
    end: terminal.end,
  }
}
