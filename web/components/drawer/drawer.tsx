import {
  createEffect,
  createMemo,
  createSignal,
  For,
  type JSX,
  mapArray,
  onCleanup,
  onMount,
  Show,
} from 'solid-js'
import { sessionsWords, tabToShow } from '../../domain/pipe/tabs.ts'
import { settings } from '../../settings.ts'
import { keepSessions, takeKept } from '../../state/control/kept.ts'
import {
  closeSession,
  openSessions,
  reopenSession,
  shownSession,
  showSession,
} from '../../state/control/open-session.ts'
import { runSession, type SessionRun } from '../../state/control/session-run.ts'
import { createLook } from '../../state/control/terminal-look.ts'
import { createWindows } from '../../state/control/windows.ts'
import { Icon } from '../icon/icon.tsx'
import { CloseQuestion } from './close-question.tsx'
import { EdgeHandle } from './edge-handle.tsx'
import { SessionTabs } from './session-tabs.tsx'
import { SessionTools } from './session-tools.tsx'
import { SessionView } from './session-view.tsx'
import './drawer.css'

/** Props of {@link Drawer}. */
export interface DrawerProps {
  /** Changes whenever the values of colours do. */
  readonly theme: string
}

/**
 * Terminals and logs, in tabs over the lower part of the map. Minimised, a chip stays. What is open goes on while it is not
 * shown, and is found again after a reload of the page.
 */
export function Drawer(props: DrawerProps): JSX.Element {
  const look = createLook()
  const [share, setShare] = createSignal<number>(settings.drawer.share)
  const [isLarge, setLarge] = createSignal(false)
  /** Id of the session whose search is open; set each time that it is asked for. */
  const [finding, setFinding] = createSignal<string | undefined>(undefined, { equals: false })
  const [closing, setClosing] = createSignal<SessionRun>()
  const [refusal, setRefusal] = createSignal('')
  /** Id of the session that is to have the focus; set each time that it is asked for. */
  const [wanted, setWanted] = createSignal<string | undefined>(undefined, { equals: false })
  let last: string | undefined

  const runs = createMemo(
    mapArray(openSessions, (session) => {
      const run = runSession(session, look.look())
      onCleanup(run.end)
      return run
    }),
  )
  const shownRun = createMemo(() => runs().find(({ session }) => session.id === shownSession()))
  const isOpen = () => shownRun() !== undefined
  createEffect(() => {
    last = shownSession() ?? last
    // Who goes from tab to tab by the keyboard stays there.
    if (document.activeElement?.role !== 'tab') setWanted(shownSession())
    if (!isOpen()) setLarge(false)
  })
  createEffect(() => {
    const height = isOpen() ? `${isLarge() ? settings.drawer.shareMax : share()}` : '0'
    document.documentElement.style.setProperty('--drawer', height)
  })

  const leave = (run: SessionRun) => {
    run.leave()
    closeSession(run.session.id)
  }
  const focusTab = () => document.getElementById(`tab-${shownSession()}`)?.focus()
  const closeNow = (run: SessionRun) => {
    closeSession(run.session.id)
    // What had the focus is gone with its tab.
    if (document.activeElement === document.body) focusTab()
  }
  const close = (run: SessionRun) => {
    if (run.terminal && run.state().kind !== 'ended') setClosing(run)
    else closeNow(run)
  }
  const end = (run: SessionRun) => {
    setClosing(undefined)
    closeNow(run)
  }
  const chipWords = () => {
    const logs = runs().filter((run) => run.logs).length
    return sessionsWords(runs().length - logs, logs)
  }
  let chip: HTMLButtonElement | undefined
  const minimise = () => {
    showSession(undefined)
    chip?.focus()
  }

  const windows = createWindows({
    back: (kept) => reopenSession(kept),
    take(id) {
      const run = runs().find(({ session }) => session.id === id)
      if (!run) return undefined
      const kept = run.kept()
      leave(run)
      return kept
    },
  })
  const show = (id: string | undefined) => {
    showSession(id)
    setWanted(id)
  }
  const popOut = (run: SessionRun) => {
    const kept = run.kept()
    if (!windows.open(kept))
      return setRefusal('The browser did not open a window. Allow pop-ups for this page.')
    setRefusal('')
    leave(run)
  }

  onMount(() => {
    for (const kept of takeKept()) reopenSession(kept)
    const onHide = () => keepSessions(runs().map((run) => run.kept()))
    // A page that comes back as it was needs nothing of it, and other tabs must not get it.
    const onShow = () => void takeKept()
    window.addEventListener('pagehide', onHide)
    window.addEventListener('pageshow', onShow)
    onCleanup(() => {
      window.removeEventListener('pagehide', onHide)
      window.removeEventListener('pageshow', onShow)
      windows.stop()
      document.documentElement.style.removeProperty('--drawer')
      for (const { id } of openSessions()) closeSession(id)
    })
  })

  return (
    <>
      <section
        class="drawer surface"
        aria-label="Terminals and logs"
        data-testid="drawer"
        data-large={isLarge()}
        hidden={!isOpen()}
      >
        <EdgeHandle
          share={isLarge() ? settings.drawer.shareMax : share()}
          onShare={(to) => {
            setLarge(false)
            setShare(to)
          }}
        />
        <header class="drawer-bar">
          <SessionTabs
            runs={runs()}
            shown={shownSession()}
            onGo={showSession}
            onShow={show}
            onClose={close}
          />
          <div class="drawer-tools">
            <Show when={shownRun()}>
              {(run) => (
                <>
                  <SessionTools run={run()} look={look} onFind={() => setFinding(run().session.id)} />
                  <button
                    type="button"
                    class="bar-button"
                    aria-label="In a window of its own"
                    title="In a window of its own"
                    data-testid="pop-out"
                    onClick={() => popOut(run())}
                  >
                    <Icon name="window" />
                  </button>
                </>
              )}
            </Show>
            <button
              type="button"
              class="bar-button"
              aria-label="Over all of the page"
              title="Over all of the page"
              aria-pressed={isLarge()}
              data-testid="drawer-large"
              onClick={() => setLarge(!isLarge())}
            >
              <Icon name={isLarge() ? 'shrink' : 'grow'} />
            </button>
            <button
              type="button"
              class="bar-button"
              aria-label="Minimise"
              title="Minimise: what is open goes on"
              data-testid="drawer-minimise"
              onClick={minimise}
            >
              <Icon name="minus" />
            </button>
          </div>
        </header>
        <p class="drawer-refusal" role="alert">
          {refusal()}
        </p>
        <For each={runs()}>
          {(run) => (
            <div
              class="drawer-panel"
              role="tabpanel"
              id={`panel-${run.session.id}`}
              aria-labelledby={`tab-${run.session.id}`}
              hidden={shownSession() !== run.session.id}
            >
              <SessionView
                run={run}
                look={look}
                theme={props.theme}
                shown={shownSession() === run.session.id}
                wanted={wanted() === run.session.id}
                finding={finding() === run.session.id}
                onFind={(open) => setFinding(open ? run.session.id : undefined)}
                onLeave={focusTab}
              />
            </div>
          )}
        </For>
      </section>
      <Show when={!isOpen() && runs().length > 0}>
        <button
          type="button"
          class="drawer-chip surface"
          data-testid="drawer-chip"
          ref={(element) => {
            chip = element
          }}
          onClick={() =>
            show(
              tabToShow(
                runs().map(({ session }) => session.id),
                last,
              ),
            )
          }
        >
          <Icon name="terminal" />
          {chipWords()}
        </button>
      </Show>
      <CloseQuestion run={closing()} onEnd={end} onClose={() => setClosing(undefined)} />
    </>
  )
}
