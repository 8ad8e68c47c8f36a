import { defaultClients } from '../client-choices.ts'
import { ApiError } from '../http/api-error.ts'
import { defaultIntake } from './intake/intake-choices.ts'

/** Limits of the bodies being received, over all probes. */
export interface UploadLimits {
  readonly bodies: number
  readonly bodiesPerAddress: number
  /** Most bytes held for bodies that are not decoded yet. */
  readonly heldBytes: number
  readonly heldBytesPerAddress: number
  /** An upload fails when no data arrives for this long. */
  readonly stallMs: number
}

/** The default limits of an app. They allow for a restarted fleet, which sends many whole reports at once. */
export const defaultUploadLimits: UploadLimits = {
  bodies: defaultClients.uploads,
  bodiesPerAddress: defaultClients.uploadsPerAddress,
  heldBytes: defaultIntake.bodyBytesInAll,
  heldBytesPerAddress: defaultIntake.bodyBytesInAll / 2,
  stallMs: 5000,
}

/** A body that is being received. */
export interface Upload {
  /**
   * Reserves memory for bytes that arrived.
   *
   * @throws {ApiError} 503 when there is none left
   */
  hold(sizeBytes: number): void
  /** Releases all its memory; calling it again does nothing. */
  end(): void
}

interface Use {
  bodies: number
  bytes: number
}

const busy = (message: string): ApiError =>
  new ApiError(503, 'busy', message, { headers: { 'retry-after': '1' } })

/**
 * Counts uploads and their bytes, in total and per client address. A slow upload holds only the bytes it has sent so
 * far, and does not block others.
 */
export class Uploads {
  readonly #limits: UploadLimits
  readonly #all: Use = { bodies: 0, bytes: 0 }
  readonly #byAddress = new Map<string, Use>()

  constructor(limits: UploadLimits) {
    this.#limits = limits
  }

  /**
   * Starts an upload.
   *
   * @param address see `addressKey`
   * @throws {ApiError} 503 when there are too many uploads
   */
  begin(address: string): Upload {
    const { bodies, bodiesPerAddress, heldBytes, heldBytesPerAddress } = this.#limits
    const own = this.#byAddress.get(address) ?? { bodies: 0, bytes: 0 }
    if (this.#all.bodies >= bodies) throw busy('too many reports are being received at once; try again')
    if (own.bodies >= bodiesPerAddress)
      throw busy('too many reports are being received from this address at once; try again')
    this.#byAddress.set(address, own)
    this.#all.bodies++
    own.bodies++
    let held = 0
    let isOver = false
    return {
      hold: (sizeBytes) => {
        if (this.#all.bytes + sizeBytes > heldBytes || own.bytes + sizeBytes > heldBytesPerAddress)
          throw busy('too much is being received at once; try again')
        held += sizeBytes
        this.#all.bytes += sizeBytes
        own.bytes += sizeBytes
      },
      end: () => {
        if (isOver) return
        isOver = true
        this.#all.bodies--
        own.bodies--
        this.#all.bytes -= held
        own.bytes -= held
        if (own.bodies === 0) this.#byAddress.delete(address)
      },
    }
  }
}
