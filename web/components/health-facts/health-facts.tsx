import type { JSX } from 'solid-js'
import type { HealthFact } from '../../domain/health/fact.ts'
import { Keyed, labelOf } from '../keyed/keyed.tsx'

/** How something fares: a line for each fact. */
export function HealthFacts(props: {
  readonly facts: readonly HealthFact[]
  readonly testId?: string
}): JSX.Element {
  return (
    <dl class="health-facts" data-testid={props.testId}>
      <Keyed each={props.facts} by={labelOf}>
        {(fact) => (
          <div data-tone={fact().tone}>
            <dt>{fact().label}</dt>
            <dd>{fact().value}</dd>
          </div>
        )}
      </Keyed>
    </dl>
  )
}
