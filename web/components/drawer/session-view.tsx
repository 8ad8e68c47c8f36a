import { type JSX, Show } from 'solid-js'
import type { SessionRun } from '../../state/control/session-run.ts'
import type { LookState } from '../../state/control/terminal-look.ts'
import { LogView } from '../logs/log-view.tsx'
import { TerminalView } from '../terminal/terminal-view.tsx'

/** Props of {@link SessionView}. */
export interface SessionViewProps {
  readonly run: SessionRun
  readonly look: LookState
  /** Changes whenever the values of colours do. */
  readonly theme: string
  readonly shown: boolean
  /** It is to take the focus; told each time that this is asked for. */
  readonly wanted: boolean
  /** Its search is open; told each time that this is asked for. */
  readonly finding: boolean
  readonly onFind: (open: boolean) => void
  readonly onLeave: () => void
}

/** What a session shows: a terminal, or logs. */
export function SessionView(props: SessionViewProps): JSX.Element {
  return (
    <>
      <Show when={props.run.terminal}>
        {(terminal) => (
          <TerminalView
            run={terminal()}
            look={props.look}
            theme={props.theme}
            shown={props.shown}
            wanted={props.wanted}
            label={props.run.label()}
            finding={props.finding}
            onFind={props.onFind}
            onLeave={props.onLeave}
          />
        )}
      </Show>
      <Show when={props.run.logs}>
        {(logs) => (
          <LogView
            run={logs()}
            shown={props.shown}
            wanted={props.wanted}
            label={props.run.label()}
            onLeave={props.onLeave}
          />
        )}
      </Show>
    </>
  )
}
