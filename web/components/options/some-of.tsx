import type { JSX } from 'solid-js'
import { choose, chooseNone, chosen, chosenWords } from '../../domain/views.ts'
import { createDropDown } from '../../state/page/drop-down.ts'
import { Icon } from '../icon/icon.tsx'
import { Keyed } from '../keyed/keyed.tsx'
import type { OptionGroupProps } from './one-of.tsx'

/**
 * An option group with any number of chosen values: a button that names them, and a list of checkboxes when it is
 * pressed.
 */
export function SomeOf(props: OptionGroupProps): JSX.Element {
  const list = createDropDown()
  const isNone = () => chosen(props.group, props.chosen).length === 0
  return (
    <details class="some-of options-group" data-group={props.group.id} ref={list.root} onKeyDown={list.onKey}>
      <summary class="some-of-button" ref={list.summary} data-testid="some-of">
        {chosenWords(props.group, props.chosen)}
        <Icon name="right" />
      </summary>
      <ul class="some-of-list surface">
        <li>
          <label class="some-of-item">
            <input
              type="checkbox"
              checked={isNone()}
              onChange={({ currentTarget }) => {
                // It stays chosen until another is.
                currentTarget.checked = true
                props.onChoose(chooseNone(props.group, props.chosen))
              }}
            />
            {props.group.noneLabel ?? 'All'}
          </label>
        </li>
        <Keyed each={props.group.options} by={({ value }) => value}>
          {(option) => (
            <li>
              <label class="some-of-item">
                <input
                  type="checkbox"
                  data-testid="option"
                  data-value={option().value}
                  checked={chosen(props.group, props.chosen).includes(option().value)}
                  onChange={() => props.onChoose(choose(props.group, option().value, props.chosen))}
                />
                {option().label}
              </label>
            </li>
          )}
        </Keyed>
      </ul>
    </details>
  )
}
