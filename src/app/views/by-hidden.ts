import { type FactHider, factHider, type Hidden } from '../../topology/reports/hide-facts.ts'

/** What a request asks not to be shown. */
export interface HidingParameters {
  readonly hideCommandLineArguments?: 'true' | 'false' | undefined
  readonly hideEnvironmentVariables?: 'true' | 'false' | undefined
}

/**
 * One thing for each choice of what is hidden, made when somebody first asks for it.
 *
 * @param plain where nothing is hidden
 * @example
 * const rendersFor = byHidden(renders, (hide) => new Renders(() => hide(held()), context))
 * rendersFor({ hideEnvironmentVariables: 'true' }).get('containers', options)
 */
export const byHidden = <Thing>(
  plain: Thing,
  make: (hide: FactHider) => Thing,
): ((given: HidingParameters) => Thing) => {
  const made = new Map<string, Thing>([[hiddenKey({}), plain]])
  return (given) => {
    const key = hiddenKey(given)
    const known = made.get(key)
    if (known !== undefined) return known
    const thing = make(factHider(hiddenOf(given)))
    made.set(key, thing)
    return thing
  }
}

/** Names what is hidden: what is shared is shared under this key. */
export const hiddenKey = (given: HidingParameters): string => JSON.stringify(hiddenOf(given))

const hiddenOf = ({ hideCommandLineArguments, hideEnvironmentVariables }: HidingParameters): Hidden => ({
  commandLineArguments: hideCommandLineArguments === 'true',
  environmentVariables: hideEnvironmentVariables === 'true',
})
