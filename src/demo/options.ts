/** What a story is told of. */
export interface StoryOptions {
  /** Machines. */
  readonly hosts: number
  /** Containers that run for good; jobs come and go besides. */
  readonly containers: number
  /** Starts and restarts of containers a minute, of all together; with 0 everything stays. */
  readonly churnPerMinute: number
  /** Same seed, same story. */
  readonly seed: string
  /** The wall clock at the beginning of the story, ms since 1970. */
  readonly startedAtMs: number
  /** How often a host reports. */
  readonly intervalMs: number
  /** How far back the samples of a whole report go. */
  readonly historyMs: number
}

/** The largest story that is told. */
export const storyLimits = { hosts: 200, containers: 10_000, churnPerMinute: 10_000 } as const

/** The shop of the demo: some 40 containers on 3 hosts. */
export const defaultStory: StoryOptions = {
  hosts: 3,
  containers: 40,
  churnPerMinute: 4,
  seed: 'scope',
  startedAtMs: Date.UTC(2026, 0, 5, 8),
  intervalMs: 1000,
  historyMs: 2000,
}
