import { createMemo, type JSX, lazy, Show } from 'solid-js'
import type { ProbeSummary } from '../../../src/api/types.ts'
import { loadPart } from '../../data/load-part.ts'
import { health } from '../../domain/health/health.ts'
import { createDisclosure } from '../../state/page/disclosure.ts'
import { Icon } from '../icon/icon.tsx'
import { OnceUsed } from '../once-used/once-used.tsx'

const ProbePanel = lazy(async () => ({
  default: (await loadPart(() => import('./probe-panel.tsx'))).ProbePanel,
}))

/** The health of all probes in one line. A press opens a panel with each probe, its collectors, and the reasons. */
export function ProbeHealth(props: { readonly probes: readonly ProbeSummary[] | undefined }): JSX.Element {
  const summary = createMemo(() => health(props.probes))
  // Changes only with each answer: the panel's times are relative to when the answer was received.
  const nowMs = createMemo(() => (props.probes ? Date.now() : 0))
  const panel = createDisclosure()

  return (
    <Show when={summary()}>
      {(now) => (
        <div class="health" ref={panel.root}>
          <button
            type="button"
            class="health-line"
            data-testid="health"
            data-tone={now().tone}
            aria-expanded={panel.isOpen()}
            title={now().reasons.join('\n')}
            onClick={() => panel.set(!panel.isOpen())}
          >
            <Show when={now().tone === 'ok'} fallback={<Icon name="warning" />}>
              <i class="dot" />
            </Show>
            <span class="health-text">{now().parts.join(' · ')}</span>
          </button>
          <OnceUsed used={panel.isOpen()} load={ProbePanel.preload}>
            <Show when={panel.isOpen()}>
              <ProbePanel reasons={now().reasons} probes={props.probes ?? []} nowMs={nowMs()} />
            </Show>
          </OnceUsed>
        </div>
      )}
    </Show>
  )
}
