/** The container that this process runs in, when the launcher has made it. */
export interface OwnContainer {
  readonly name: string
  /** As the launcher names it: `scope:1.2.0`. */
  readonly image: string
}

/** The container of this process, by the environment that the launcher gives to it; undefined for a process that runs natively. */
export const ownContainer = ({
  SCOPE_CONTAINER,
  SCOPE_IMAGE,
}: NodeJS.ProcessEnv): OwnContainer | undefined =>
  SCOPE_CONTAINER ? { name: SCOPE_CONTAINER, image: SCOPE_IMAGE ?? '' } : undefined

/** Says where Scope runs. @example describePlace({ name: 'scope', image: 'scope:1.2.0' }) // 'in the container scope (image scope:1.2.0)' */
export const describePlace = (container: OwnContainer | undefined): string =>
  container === undefined ? 'natively' : `in the container ${container.name} (image ${container.image})`
