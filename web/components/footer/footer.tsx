import { type JSX, Show } from 'solid-js'
import type { MapEvent, ProbeSummary, ViewDescription } from '../../../src/api/types.ts'
import type { ShownView } from '../../data/controls.ts'
import { edgesWords } from '../../domain/dense/lighter.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { count, plural } from '../../domain/words/format.ts'
import type { Events as EventsState } from '../../state/events.ts'
import type { Disclosure } from '../../state/page/disclosure.ts'
import type { ThemeState } from '../../state/page/theme.ts'
import type { Liveness } from '../../state/view/live-view.ts'
import { Events } from '../events/events.tsx'
import { ThemeMenu } from '../theme/theme-menu.tsx'
import { Troubleshooting } from '../troubleshooting/troubleshooting.tsx'
import { LiveMark } from './live-mark.tsx'
import { Pause, type PauseProps } from './pause.tsx'
import { ProbeHealth } from './probe-health.tsx'
import './footer.css'

/** Panels of the footer. */
export interface FooterPanels {
  readonly events: Disclosure
  readonly troubleshooting: Disclosure
}

/** Props of {@link Footer}. */
export interface FooterProps {
  readonly content: LiveContent
  /** How many edges the map does not draw at rest. */
  readonly lighter: number
  readonly view: ViewDescription | undefined
  readonly probes: readonly ProbeSummary[] | undefined
  readonly liveness: Liveness
  /** Whether the map stands still, and since then. */
  readonly pause: PauseProps
  /** Whether the app shows simulated data. */
  readonly demo: boolean
  /** Version of the app; undefined before it is known. */
  readonly version: string | undefined
  /** Name of the host that the app runs on; undefined before it is known. */
  readonly hostname: string | undefined
  /** Id and options of the view that is shown. */
  readonly shown: ShownView | undefined
  readonly events: EventsState
  /** The panels that something else may open, too. They stay the same. */
  readonly panels: FooterPanels
  readonly theme: ThemeState
  readonly onEvent: (event: MapEvent) => void
  readonly onHelp: () => void
}

/** The footer: numbers of shown and hidden nodes, health of the probes, whether the map is live. */
export function Footer(props: FooterProps): JSX.Element {
  const hidden = () => props.view?.stats.filtered_nodes ?? 0
  const nodes = () => plural(props.content.graph.nodes.size, 'node')
  const more = () => {
    const parts = [edgesWords(props.content.graph.edges.size, props.lighter)]
    if (hidden() > 0) parts.push(`${count(hidden())} hidden`)
    return parts.map((part) => ` · ${part}`).join('')
  }
  return (
    <footer class="footer" data-stream={props.liveness.state}>
      <Show when={props.demo}>
        <span class="footer-demo" data-testid="demo">
          Demo<span class="footer-more">: simulated data</span>
        </span>
      </Show>
      <span class="footer-counts" data-testid="counts">
        {nodes()}
        <span class="footer-more">{more()}</span>
      </span>
      <span class="footer-rest" />
      <Troubleshooting
        panel={props.panels.troubleshooting}
        version={props.version}
        hostname={props.hostname}
        view={props.shown}
      />
      <Events panel={props.panels.events} events={props.events} onOpen={props.onEvent} />
      <ProbeHealth probes={props.probes} />
      <Pause {...props.pause} />
      <LiveMark liveness={props.liveness} />
      <ThemeMenu theme={props.theme} />
      <button
        type="button"
        class="footer-theme"
        aria-label="Keys and gestures"
        title="Keys and gestures  ?"
        data-testid="help-open"
        onClick={() => props.onHelp()}
      >
        <span aria-hidden="true" class="footer-question">
          ?
        </span>
      </button>
    </footer>
  )
}
