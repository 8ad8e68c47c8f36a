import { type FactHider, factHider, type Hidden } from '../../topology/reports/hide-facts.ts'

/** Parameters by which a request has facts hidden. */
export interface HidingParameters {
  readonly hideCommandLineArguments?: 'true' | 'false' | undefined
  readonly hideEnvironmentVariables?: 'true' | 'false' | undefined
}

/**
 * Keeps one variant of something for each choice of hidden facts, made when it is first asked for.
 *
 * @param plain the variant with nothing hidden
 * @example
 * const rendersFor = byHidden(renders, (hide) => new Renders(() => hide(held()), makePipeline))
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

/** Key of a choice of hidden facts, for caches and shared channels. */
export const hiddenKey = (given: HidingParameters): string => JSON.stringify(hiddenOf(given))

const hiddenOf = ({ hideCommandLineArguments, hideEnvironmentVariables }: HidingParameters): Hidden => ({
  commandLineArguments: hideCommandLineArguments === 'true',
  environmentVariables: hideEnvironmentVariables === 'true',
})
