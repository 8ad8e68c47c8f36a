/** Parameters of a simulated world (a "story"). */
export interface StoryOptions {
  /** Number of machines. */
  readonly hosts: number
  /** Number of long-running containers; jobs come on top. */
  readonly containers: number
  /** Container starts and restarts per minute, in total; 0 means that nothing changes. */
  readonly churnPerMinute: number
  /** The same seed gives the same story. */
  readonly seed: string
  /** Wall-clock time at the beginning of the story, ms since 1970. */
  readonly startedAtMs: number
  /** How often a host reports. */
  readonly intervalMs: number
  /** How far back the samples of a whole report go. */
  readonly historyMs: number
}

/** Upper limits of a story. */
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
