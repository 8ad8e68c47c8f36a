import { isPublic, prefixOf } from '../../report/address/ip.ts'
import type { Address, Report } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import { isOwned, OwnedByAll, ReportClaims } from './owned.ts'
import { type Contested, withoutContested } from './without-contested.ts'

interface Cleared extends Contested {
  /** Of what verified probes own, when it was made. */
  readonly version: number
  readonly report: Report
}

/**
 * Makes what takes the claims of unverified probes away: of a container or an address that a verified probe owns, nothing that
 * an unverified one says counts, nor that it holds a public address from which it does not report. So an unverified probe lies at
 * worst about itself.
 *
 * For the same input it returns the same array, and of each report whose claims are as before the same object, so that
 * values cached by report stay valid. While all are verified, nothing is looked at.
 */
export const verifiedFirst = (): ((held: readonly HeldReport[]) => readonly HeldReport[]) => {
  let latest: { readonly of: readonly HeldReport[]; readonly result: readonly HeldReport[] } | undefined
  const claims = new ReportClaims()
  const owned = new OwnedByAll(claims)
  const cleared = new WeakMap<Report, Cleared>()

  const clear = (report: Report, from: string | undefined): Report => {
    const known = cleared.get(report)
    if (known?.version === owned.version) return known.report
    const containers = [...claims.containers(report)].filter((id) => owned.containers.has(id))
    const addresses = report.addresses
      .filter((address) => isOwned(address.id, owned) || isFarFrom(address, from))
      .map(({ id }) => id)
    if (known && isSame(known.containers, containers) && isSame(known.addresses, addresses)) {
      cleared.set(report, { ...known, version: owned.version })
      return known.report
    }
    const contested = { containers: new Set(containers), addresses: new Set(addresses) }
    const made = withoutContested(report, contested)
    cleared.set(report, { ...contested, report: made, version: owned.version })
    return made
  }

  const clearHeld = (one: HeldReport): HeldReport => {
    const { report, rateBase } = one
    const made = clear(report, one.from)
    const base = rateBase && clear(rateBase, one.from)
    if (made === report && base === rateBase) return one
    return { ...one, report: made, ...(base && { rateBase: base }) }
  }

  return (held) => {
    if (latest?.of === held) return latest.result
    const verified = held.filter((one) => one.verified)
    let result = held
    if (verified.length < held.length) {
      owned.update(verified.map(({ report }) => report))
      result = held.map((one) => (one.verified ? one : clearHeld(one)))
    }
    latest = { of: held, result }
    return result
  }
}

/**
 * Whether an address is a public one from which a report did not come. Everybody can say that they have it, and connections of all
 * others with what is there would end at them.
 */
const isFarFrom = ({ ip }: Address, from: string | undefined): boolean =>
  isPublic(ip) && prefixOf(ip, 32, 64) !== from

const isSame = (known: ReadonlySet<string>, ids: readonly string[]): boolean =>
  known.size === ids.length && ids.every((id) => known.has(id))
