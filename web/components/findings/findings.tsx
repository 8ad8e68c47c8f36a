import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import type { Finding } from '../../../src/api/types.ts'
import type { Route } from '../../domain/address/route.ts'
import { findingAddress, sinceWords, stripOf } from '../../domain/happening/findings.ts'
import { count, plural } from '../../domain/words/format.ts'
import { settings } from '../../settings.ts'
import type { Findings as FindingsState } from '../../state/findings.ts'
import { createDisclosure } from '../../state/page/disclosure.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'
import './findings.css'

/** Props of {@link Findings}. */
export interface FindingsProps {
  readonly findings: FindingsState
  readonly route: Route
  /** A card is open at the right, so stay left of it. */
  readonly beside: boolean
  /** They float over a map; else they have a line of their own below what is shown, where nothing moves when they come and go. */
  readonly onMap: boolean
}

/**
 * What is not well, the worst first, in a quiet strip; each is a link to the node or edge. What the strip has no room for is in a list, which stays open
 * when there is room for all, until somebody closes it or nothing is left. Nothing when there is nothing.
 */
export function Findings(props: FindingsProps): JSX.Element {
  const panel = createDisclosure()
  const narrow = matchMedia('(max-width: 760px)')
  const [isNarrow, setNarrow] = createSignal(narrow.matches)
  const onNarrow = () => setNarrow(narrow.matches)
  narrow.addEventListener('change', onNarrow)
  onCleanup(() => narrow.removeEventListener('change', onNarrow))
  const [nowMs, setNowMs] = createSignal(Date.now())
  const clock = window.setInterval(() => setNowMs(Date.now()), settings.findings.sinceMs)
  onCleanup(() => window.clearInterval(clock))
  const { most, mostNarrow } = settings.findings
  const all = () => props.findings.document()
  const strip = () => stripOf(all(), isNarrow() ? mostNarrow : most)
  const untold = () => all().total - all().findings.length
  // Else the next finding would come with its list open.
  createEffect(() => {
    if (all().total === 0) panel.set(false)
  })
  return (
    <Show when={all().total > 0}>
      <nav
        class="findings"
        aria-label="Findings"
        data-testid="findings"
        data-beside={props.beside}
        data-over={props.onMap ? 'map' : undefined}
        ref={panel.root}
      >
        <ul class="findings-strip">
          <Keyed each={strip().shown} by={idOf}>
            {(finding) => (
              <li>
                <Line finding={finding()} nowMs={nowMs()} route={props.route} />
              </li>
            )}
          </Keyed>
        </ul>
        <Show when={strip().more > 0 || panel.isOpen()}>
          <button
            type="button"
            class="finding finding-more surface"
            data-testid="findings-more"
            aria-expanded={panel.isOpen()}
            onClick={() => panel.set(!panel.isOpen())}
          >
            <Show when={strip().more > 0} fallback="Close the list">
              {count(strip().more)} more
              <span class="for-readers"> {plural(strip().more, 'finding')}</span>
            </Show>
          </button>
        </Show>
        <Show when={panel.isOpen()}>
          <section class="findings-panel surface" aria-label="All findings" data-testid="findings-all">
            <ul>
              <Keyed each={all().findings} by={idOf}>
                {(finding) => (
                  <li>
                    <Line
                      finding={finding()}
                      nowMs={nowMs()}
                      route={props.route}
                      onFollow={() => panel.set(false)}
                    />
                  </li>
                )}
              </Keyed>
            </ul>
            <Show when={untold() > 0}>
              <p class="findings-untold">and {count(untold())} more, less serious</p>
            </Show>
          </section>
        </Show>
      </nav>
    </Show>
  )
}

function Line(props: {
  readonly finding: Finding
  readonly nowMs: number
  readonly route: Route
  readonly onFollow?: () => void
}): JSX.Element {
  return (
    <a
      class="finding surface"
      href={findingAddress(props.finding, props.route)}
      data-testid="finding"
      data-kind={props.finding.kind}
      data-tone={props.finding.severity}
      data-ended={props.finding.ended !== undefined}
      title={props.finding.text}
      onClick={() => props.onFollow?.()}
    >
      <i class="dot" />
      <span class="finding-text">{props.finding.text}</span>
      <time datetime={props.finding.since}>{sinceWords(props.finding, props.nowMs)}</time>
    </a>
  )
}
