import { createEffect, For, type JSX } from 'solid-js'
import { sideOf } from '../../domain/keys/side.ts'
import { stateTone, stateWords } from '../../domain/pipe/state-words.ts'
import type { SessionRun } from '../../state/control/session-run.ts'
import { Icon } from '../icon/icon.tsx'

/** Props of {@link SessionTabs}. */
export interface SessionTabsProps {
  readonly runs: readonly SessionRun[]
  /** Id of the session in front. */
  readonly shown: string | undefined
  /** Goes on to a tab by the keyboard, which stays with the tabs. */
  readonly onGo: (id: string) => void
  /** Shows a session, which gets the focus. */
  readonly onShow: (id: string) => void
  readonly onClose: (run: SessionRun) => void
}

/** Name of a session's tab for people who do not see its icon and dot. */
const nameOf = (run: SessionRun): string =>
  [run.logs ? 'Logs of' : 'Terminal of', run.label(), stateWords(run.state())].filter(Boolean).join(' ')

/** Id of the element of a session's tab. */
const tabOf = (id: string | undefined): string => `tab-${id}`

/** The tabs of the drawer. Arrow keys go from tab to tab, Enter into what it shows, Delete closes it. */
export function SessionTabs(props: SessionTabsProps): JSX.Element {
  const at = (step: number, from: string) => {
    const { runs } = props
    const index = runs.findIndex(({ session }) => session.id === from)
    return runs[(index + step + runs.length) % runs.length]
  }
  const onKey = (event: KeyboardEvent, run: SessionRun) => {
    const step = sideOf(event)
    if (event.key === 'Delete') props.onClose(run)
    else if (step !== undefined) {
      const next = at(step, run.session.id)
      if (next) props.onGo(next.session.id)
      document.getElementById(tabOf(next?.session.id))?.focus()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="drawer-tabs">
      {/* It owns the tabs alone, since buttons that close are no part of a list of tabs. */}
      <div
        role="tablist"
        aria-label="Terminals and logs"
        aria-owns={props.runs.map(({ session }) => tabOf(session.id)).join(' ')}
      />
      <For each={props.runs}>
        {(run) => {
          const isShown = () => props.shown === run.session.id
          return (
            <div class="drawer-tab" data-shown={isShown()} data-testid="session-tab">
              <button
                type="button"
                role="tab"
                id={tabOf(run.session.id)}
                class="drawer-tab-name"
                aria-selected={isShown()}
                aria-controls={`panel-${run.session.id}`}
                aria-label={nameOf(run)}
                title={[run.label(), run.title()].filter(Boolean).join(' · ')}
                tabIndex={isShown() ? 0 : -1}
                ref={(element) =>
                  createEffect(
                    () =>
                      isShown() &&
                      element.parentElement?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
                  )
                }
                onClick={() => props.onShow(run.session.id)}
                on:keydown={(event: KeyboardEvent) => onKey(event, run)}
              >
                <Icon name={run.logs ? 'logs' : 'terminal'} />
                <span class="drawer-tab-label">{run.label()}</span>
                <span class="drawer-tab-title">{run.title()}</span>
                <i class="dot" data-tone={stateTone(run.state())} />
              </button>
              <button
                type="button"
                class="bar-button drawer-tab-close"
                aria-label={`Close ${nameOf(run)}`}
                title={run.logs ? 'Close' : 'Close, and end what runs in it'}
                data-testid="session-close"
                onClick={() => props.onClose(run)}
              >
                <Icon name="close" />
              </button>
            </div>
          )
        }}
      </For>
    </div>
  )
}
