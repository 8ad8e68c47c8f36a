import { type JSX, Match, Switch } from 'solid-js'
import type { OfferedArgument } from '../../../src/api/control.ts'
import { type ArgumentValues, filledIn } from '../../domain/control/arguments.ts'
import { Choice } from '../form/choice.tsx'
import { Field } from '../form/field.tsx'
import { Flag } from '../form/flag.tsx'
import { Keyed } from '../keyed/keyed.tsx'

/** Props of {@link ArgumentFields}. */
export interface ArgumentFieldsProps {
  readonly arguments: readonly OfferedArgument[]
  readonly values: ArgumentValues
  readonly onFill: (name: string, value: string) => void
}

/** A field for each argument of a control. */
export function ArgumentFields(props: ArgumentFieldsProps): JSX.Element {
  return (
    <Keyed each={props.arguments} by={({ name }) => name}>
      {(argument) => {
        const value = () => filledIn(argument().name, props.values)
        const fill = (text: string) => props.onFill(argument().name, text)
        return (
          <Switch
            fallback={
              <Field
                label={argument().label}
                name={argument().name}
                autocomplete="off"
                code
                optional={argument().required !== true}
                value={value()}
                hint={argument().hint}
                onInput={fill}
              />
            }
          >
            <Match when={argument().kind === 'choice'}>
              <Choice
                label={argument().label}
                name={argument().name}
                values={choicesOf(argument())}
                value={value()}
                hint={argument().hint}
                required={argument().required}
                onChoose={fill}
              />
            </Match>
            <Match when={argument().kind === 'flag'}>
              <Flag
                label={argument().label}
                name={argument().name}
                value={value() === 'true'}
                hint={argument().hint}
                onChange={(isOn) => fill(String(isOn))}
              />
            </Match>
          </Switch>
        )
      }}
    </Keyed>
  )
}

/** Without a value that counts when it is left out, it can be left out by an empty one. */
function choicesOf({ choices = [], default: usual }: OfferedArgument): readonly string[] {
  return usual === undefined ? ['', ...choices] : choices
}
