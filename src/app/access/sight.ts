import type { Subject } from './subject.ts'

/** What of the map a subject may see. Today everybody with a role sees all of it; the role decides what else a node offers. */
export interface Sight {
  /** What is rendered and sent may be shared by those with the same key. */
  readonly key: string
}

/** What a subject may see. */
export const sightOf = ({ role }: Pick<Subject, 'role'>): Sight => ({
  key: role === undefined ? 'nothing' : 'all',
})
