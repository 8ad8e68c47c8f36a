import type { Subject } from './subject.ts'

/** What of the map a subject may see. Today everybody sees all of it, and the role decides what else a node offers. */
export interface Sight {
  /** What is rendered and sent may be shared by those with the same key. */
  readonly key: string
}

/** What a subject with a role may see. */
export const sightOf = ({ role }: Pick<Subject, 'role'>): Sight => ({ key: role ?? 'nothing' })
