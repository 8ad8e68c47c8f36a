import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { stateTone } from '../../domain/pipe/state-words.ts'
import { keepSessions, takeKept } from '../../state/control/kept.ts'
import { openSessions, reopenSession } from '../../state/control/open-session.ts'
import { runSession, type SessionRun } from '../../state/control/session-run.ts'
import { createLook } from '../../state/control/terminal-look.ts'
import { askForSession, giveBack, openerPage } from '../../state/control/windows.ts'
import { createTheme } from '../../state/page/theme.ts'
import { SessionTools } from '../drawer/session-tools.tsx'
import { SessionView } from '../drawer/session-view.tsx'
import { Icon } from '../icon/icon.tsx'
import '../drawer/drawer.css'
import './session-window.css'

/**
 * A window with one session, which the page that opened it hands over. When the window is closed, the session goes back to that
 * page; if that is gone, it ends after a minute, unless the window is loaded again.
 */
export function SessionWindow(): JSX.Element {
  const look = createLook()
  const theme = createTheme()
  const [run, setRun] = createSignal<SessionRun>()
  /** The search is open; set each time that it is asked for. */
  const [finding, setFinding] = createSignal(false, { equals: false })
  const [isAlone, setAlone] = createSignal(openerPage() === undefined)
  let bar: HTMLElement | undefined
  let back: HTMLButtonElement | undefined
  let isGiven = false

  const begin = (kept: Parameters<typeof reopenSession>[0]) => {
    if (run()) return
    const session = reopenSession(kept)
    if (session) setRun(runSession(session, look.look()))
  }
  const hand = () => {
    const now = run()
    if (!now || isGiven) return
    isGiven = true
    const kept = now.kept()
    now.leave()
    if (!giveBack(kept)) keepSessions([kept])
  }

  onMount(() => {
    const [kept] = takeKept()
    if (kept) begin(kept)
    const stop = askForSession(begin)
    window.addEventListener('pagehide', hand)
    const clock = window.setInterval(() => setAlone(openerPage() === undefined), 2_000)
    onCleanup(() => {
      stop()
      window.removeEventListener('pagehide', hand)
      window.clearInterval(clock)
    })
  })
  createEffect(() => {
    const now = run()
    document.title = [now?.label(), now?.title(), 'Scope'].filter(Boolean).join(' · ')
  })

  return (
    <main class="session-window" data-testid="session-window" data-sessions={openSessions().length}>
      <Show when={run()} fallback={<p class="session-window-none">{noneWords(isAlone())}</p>}>
        {(now) => (
          <>
            <header
              class="session-window-bar"
              ref={(element) => {
                bar = element
              }}
            >
              <Icon name={now().logs ? 'logs' : 'terminal'} />
              <h1>{now().label()}</h1>
              <span class="drawer-tab-title">{now().title()}</span>
              <i class="dot" data-tone={stateTone(now().state())} />
              <span class="session-window-rest" />
              <SessionTools run={now()} look={look} onFind={() => setFinding(true)} />
              <Show when={!isAlone()}>
                <button
                  type="button"
                  class="bar-button"
                  aria-label="Back to the page"
                  title="Back to the page"
                  data-testid="window-back"
                  ref={(element) => {
                    back = element
                  }}
                  onClick={() => {
                    hand()
                    window.close()
                  }}
                >
                  <Icon name="back" />
                </button>
              </Show>
            </header>
            <SessionView
              run={now()}
              look={look}
              theme={theme.look()}
              shown={true}
              wanted={true}
              finding={finding()}
              onFind={setFinding}
              onLeave={() => (isAlone() ? bar?.querySelector('button') : back)?.focus()}
            />
          </>
        )}
      </Show>
    </main>
  )
}

function noneWords(isAlone: boolean): string {
  return isAlone
    ? 'The page that opened this window is gone, and its terminal with it. This window can be closed.'
    : 'One moment …'
}
