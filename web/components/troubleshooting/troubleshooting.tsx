import { type JSX, lazy, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import type { Disclosure } from '../../state/page/disclosure.ts'
import { OnceUsed } from '../once-used/once-used.tsx'
import './troubleshooting.css'
import type { PanelProps } from './panel.tsx'

const Panel = lazy(async () => ({ default: (await loadPart(() => import('./panel.tsx'))).Panel }))

/** Props of {@link Troubleshooting}. */
export interface TroubleshootingProps extends PanelProps {
  /** Whether its panel is open. It stays the same. */
  readonly panel: Disclosure
}

/** The version of the app and the host that it runs on. A press opens a panel that tells how the app fares, and has what helps to find out what is wrong. */
export function Troubleshooting(props: TroubleshootingProps): JSX.Element {
  const { panel } = props
  return (
    <div class="troubleshooting" ref={panel.root}>
      <button
        type="button"
        class="health-line"
        data-testid="troubleshooting-open"
        aria-expanded={panel.isOpen()}
        title="How the app fares, and what helps when something is wrong"
        onClick={() => panel.set(!panel.isOpen())}
      >
        Scope <span class="footer-more">{props.version}</span>{' '}
        <Show when={props.hostname}>{(name) => <span class="footer-host">on {name()}</span>}</Show>
      </button>
      <OnceUsed used={panel.isOpen()} load={Panel.preload}>
        <Show when={panel.isOpen()}>
          <Panel version={props.version} hostname={props.hostname} view={props.view} />
        </Show>
      </OnceUsed>
    </div>
  )
}
