/** What a name server says of the addresses of one family. */
export type FamilyAnswer =
  /** Those it has, in canonical form; empty when the name has none of this family, or does not exist. */
  | {
      readonly kind: 'told'
      readonly addresses: readonly string[]
      /** How long that may be believed; undefined when nobody says. */
      readonly ttlMs?: number
    }
  /** It could not be asked, or did not say. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** What is known of a name after a look-up. */
export interface NameAnswer {
  readonly ipv4: FamilyAnswer
  readonly ipv6: FamilyAnswer
}

/**
 * Looks up the addresses of a name. Never rejects but when it is aborted, and takes some seconds at most.
 *
 * @param name in lower case
 */
export type LookUpName = (name: string, signal: AbortSignal) => Promise<NameAnswer>

const families = ({ ipv4, ipv6 }: NameAnswer): readonly FamilyAnswer[] => [ipv4, ipv6]

/** Whether any address was told. */
export const hasAddress = (answer: NameAnswer): boolean =>
  families(answer).some((family) => family.kind === 'told' && family.addresses.length > 0)

/** Why something is not known; undefined when it is for certain what addresses there are. */
export const doubtIn = (answer: NameAnswer): string | undefined =>
  families(answer).find((family) => family.kind === 'unknown')?.reason

/** The shortest time for which all that was told may be believed. */
export const ttlOf = (answer: NameAnswer): number =>
  Math.min(
    ...families(answer).map((family) =>
      family.kind === 'told' ? (family.ttlMs ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
    ),
  )

/** Sorts addresses, for which nobody says how long they hold, by family. */
export const answerOf = (addresses: readonly string[]): NameAnswer => ({
  ipv4: { kind: 'told', addresses: addresses.filter((address) => !address.includes(':')) },
  ipv6: { kind: 'told', addresses: addresses.filter((address) => address.includes(':')) },
})
