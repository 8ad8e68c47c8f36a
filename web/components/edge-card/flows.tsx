import { createMemo, type JSX, Show } from 'solid-js'
import type { ConnectionsDocument, FlowEnd } from '../../../src/api/types.ts'
import { flowLines, noneCameAbout } from '../../domain/edge/edge-flows.ts'
import { count } from '../../domain/words/format.ts'
import { settings } from '../../settings.ts'
import { createFold } from '../card/facts/fold.tsx'
import { Section } from '../card/section.tsx'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** Props of {@link Flows}. */
export interface FlowsProps {
  /** Undefined until the app has answered. */
  readonly document: ConnectionsDocument | undefined
  readonly nowMs: number
  readonly onOpenProcess: (nodeId: string) => void
}

/**
 * The processes and addresses that an edge joins, also when none of its connections is open: who connected to what, how
 * often, and why it failed.
 */
export function Flows(props: FlowsProps): JSX.Element {
  const lines = createMemo(() => (props.document ? flowLines(props.document, props.nowMs) : []))
  const fold = createFold(lines, settings.card.flowsFirst)
  const rest = () => (props.document?.flowsTotal ?? 0) - lines().length
  return (
    <Show when={props.document && lines().length > 0}>
      <Section
        title={props.document && noneCameAbout(props.document) ? 'Who tried' : 'Who connects'}
        total={props.document?.flowsTotal ?? 0}
        testId="flows"
      >
        <ul class="singles-list">
          <Keyed each={fold.shown()} by={idOf}>
            {(line) => (
              <li class="single" data-testid="flow" data-failing={line().trouble !== undefined}>
                <span class="single-ends">
                  <EndName end={line().client} onOpen={props.onOpenProcess} />
                  <span class="edge-arrow">→</span>
                  <EndName end={line().server} port={line().port} onOpen={props.onOpenProcess} />
                </span>
                <Show when={line().trouble}>
                  <span class="flow-trouble">{line().trouble}</span>
                </Show>
                <span class="single-numbers">{line().words}</span>
              </li>
            )}
          </Keyed>
        </ul>
        <fold.Toggle />
        <Show when={rest() > 0}>
          <p class="table-note">
            {count(lines().length)} of {count(props.document?.flowsTotal ?? 0)}: those that fail or carry
            most.
          </p>
        </Show>
      </Section>
    </Show>
  )
}

function EndName(props: {
  readonly end: FlowEnd
  readonly port?: string
  readonly onOpen: (nodeId: string) => void
}): JSX.Element {
  return (
    <span class="single-end" title={props.end.address ?? props.end.process}>
      <Show when={props.end.process} fallback={props.end.name}>
        {(process) => (
          <button
            type="button"
            class="single-process"
            title={`Open process ${props.end.name}`}
            onClick={() => props.onOpen(process())}
          >
            {props.end.name}
          </button>
        )}
      </Show>
      {props.port}
    </span>
  )
}
