import type { Outsider } from './service.ts'

/**
 * Servers outside the story that the shop connects to: named services, Internet hosts, and a machine without a probe.
 */
export const outsiders: readonly Outsider[] = [
  {
    name: 'object-storage',
    ip: '52.219.170.46',
    port: 443,
    domain: 's3.eu-central-1.amazonaws.com',
    rttUs: 4200,
  },
  {
    name: 'mail-relay',
    ip: '54.77.12.101',
    port: 587,
    domain: 'email-smtp.eu-west-1.amazonaws.com',
    rttUs: 27_000,
  },
  { name: 'push-service', ip: '142.250.185.74', port: 443, domain: 'fcm.googleapis.com', rttUs: 9800 },
  { name: 'payment-gateway', ip: '185.60.112.9', port: 443, domain: 'api.payments.example', rttUs: 18_000 },
  { name: 'carrier', ip: '91.198.174.26', port: 443, rttUs: 31_000 },
  { name: 'erp', ip: '10.20.0.9', port: 8443, domain: 'erp.corp.example', rttUs: 1900 },
]
