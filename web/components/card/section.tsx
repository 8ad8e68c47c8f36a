import { type JSX, Show } from 'solid-js'
import { count } from '../../domain/words/format.ts'

/** Props of {@link Section}. */
export interface SectionProps {
  readonly title: string
  /** Number of entries; shown when there are several. */
  readonly total?: number
  readonly testId?: string
  /** At the right of the title. */
  readonly aside?: JSX.Element
  readonly children: JSX.Element
}

/** A titled part of a card. */
export function Section(props: SectionProps): JSX.Element {
  return (
    <section class="card-section" data-testid={props.testId}>
      <div class="card-section-head">
        <h3>
          {props.title}
          <Show when={(props.total ?? 0) > 1}>
            <span class="card-count">{count(props.total ?? 0)}</span>
          </Show>
        </h3>
        {props.aside}
      </div>
      {props.children}
    </section>
  )
}
