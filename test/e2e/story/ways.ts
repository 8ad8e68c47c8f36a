/** What a test does with a command that a document tells. */
export type Way =
  | {
      readonly kind: 'ends'
      /** What it prints, to standard output and then to standard error. */
      readonly prints: RegExp
      /** Its exit code, unless it is 0. */
      readonly code?: number
    }
  | {
      /** Runs at a terminal; each step waits for what is shown and then types. */
      readonly kind: 'converses'
      readonly steps: readonly (readonly [shows: RegExp, types: string])[]
      readonly code: number
    }
  | {
      /** Another test runs it. */
      readonly kind: 'elsewhere'
      /** Path of the test, or of what runs it in each complete run. */
      readonly where: string
      readonly why: string
    }

/** How a command is run here, and what else is to be so. */
export interface Told {
  /** As the document has it, without its comment. */
  readonly command: string
  readonly way: Way
  /** What is put in the place of words of the command that mean something else to each reader. */
  readonly instead?: Readonly<Record<string, string>>
  /** Done before, by the shell of the stage. */
  readonly first?: string
  /** Whether the link that it prints is opened in a browser, which it has to sign in. */
  readonly opensLink?: boolean
  /** Options of a Scope that has to run; by default it is as the command before has left it. */
  readonly beside?: readonly string[]
}

/** Names of the further settings of a command. */
type Further = Omit<Told, 'command' | 'way'>

/** A command that runs to its end. */
export const ends = (
  command: string,
  prints: RegExp,
  { code, ...further }: Further & { code?: number } = {},
): Told => ({
  command,
  way: { kind: 'ends', prints, ...(code !== undefined && { code }) },
  ...further,
})

/** A command that a person talks to at a terminal. @param code its exit code */
export const converses = (
  command: string,
  steps: readonly (readonly [shows: RegExp, types: string])[],
  { code = 0, ...further }: Further & { code?: number } = {},
): Told => ({ command, way: { kind: 'converses', steps, code }, ...further })

/** A command that goes on until Ctrl+C is pressed. @param shows what it shows before that */
export const goesOn = (command: string, shows: RegExp, further: Further & { code?: number } = {}): Told =>
  converses(command, [[shows, '\x03']], { code: 130, ...further })

/** A command that cannot be run here. @param where what runs it instead @param why it cannot */
export const elsewhere = (command: string, where: string, why: string): Told => ({
  command,
  way: { kind: 'elsewhere', where, why },
})
