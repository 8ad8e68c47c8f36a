import { createSignal, type JSX, Show } from 'solid-js'
import type { Health } from '../../../src/api/types.ts'
import { ask, RequestError } from '../../data/client.ts'
import type { ShownView } from '../../data/controls.ts'
import { startAnew } from '../../data/forget.ts'
import { saveFile } from '../../data/save-file.ts'
import { appFacts } from '../../domain/health/app-facts.ts'
import { settings } from '../../settings.ts'
import { follow } from '../../state/follow.ts'
import { HealthFacts } from '../health-facts/health-facts.tsx'
import { Icon } from '../icon/icon.tsx'

/** Props of {@link Panel}. */
export interface PanelProps {
  /** Version of the app; undefined before it is known. */
  readonly version: string | undefined
  /** Name of the host that the app runs on; undefined before it is known. */
  readonly hostname: string | undefined
  /** The view that is shown, with its options. */
  readonly view: ShownView | undefined
}

/** How the app fares, and what helps to find out what is wrong. */
export function Panel(props: PanelProps): JSX.Element {
  const health = follow<'/health', Health>(() => '/health', {
    ask: (path, signal) => ask(path, {}, signal),
    intervalMs: settings.data.probesPollMs,
    keyOf: (path) => path,
  })
  const [said, setSaid] = createSignal('')
  /** Saves an answer of the app. */
  const save = async (name: string, get: () => Promise<unknown>) => {
    setSaid('…')
    try {
      const answer = await get()
      saveFile(name, 'json', 'application/json', JSON.stringify(answer, undefined, 1))
      setSaid('Saved')
    } catch (error) {
      setSaid(error instanceof RequestError ? error.message : String(error))
    }
  }
  const saveView = (view: ShownView) =>
    save(view.id, () => ask('/api/topology/{view}', { path: { view: view.id }, options: view.query }))
  return (
    <section class="health-panel surface" aria-label="Troubleshooting" data-testid="troubleshooting">
      <h2>The app</h2>
      <HealthFacts facts={appFacts(health.answer(), props.hostname)} testId="app-facts" />
      <Show when={health.failure()}>{(failure) => <p class="health-reason">{failure().message}</p>}</Show>
      <h2>To look into it, or to send along</h2>
      <ul class="troubleshooting-actions">
        <Show when={props.view}>
          {(view) => (
            <li>
              <Action name="save-view" icon="download" onDo={() => void saveView(view())}>
                Save this view as JSON
              </Action>
            </li>
          )}
        </Show>
        <li>
          <Action
            name="save-reports"
            icon="download"
            onDo={() => void save('reports', () => ask('/api/report', {}))}
          >
            Save all reports as JSON
          </Action>
          <p>
            All that probes tell: names, addresses, command lines. Look through it before you send it to
            anybody.
          </p>
        </li>
        <li>
          <Action name="start-anew" icon="tidy" onDo={startAnew}>
            Start anew
          </Action>
          <p>Forgets places, columns and colours that this browser keeps. You stay signed in.</p>
        </li>
      </ul>
      <p class="troubleshooting-more">
        On the machine, <code>scope status</code> tells how app and probe fare, <code>scope doctor</code> what
        tracing needs, and <code>scope logs</code> what they say.
      </p>
      <p role="status">{said()}</p>
    </section>
  )
}

function Action(props: {
  readonly name: string
  readonly icon: 'download' | 'tidy'
  readonly onDo: () => void
  readonly children: JSX.Element
}): JSX.Element {
  return (
    <button
      type="button"
      class="troubleshooting-action"
      data-testid={props.name}
      onClick={() => props.onDo()}
    >
      <Icon name={props.icon} />
      {props.children}
    </button>
  )
}
