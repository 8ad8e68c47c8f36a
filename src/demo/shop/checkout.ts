import type { Service } from './service.ts'

const common = { deployment: 'compose', network: 'overlay' } as const
const checkout = { ...common, project: 'checkout' } as const
const accounts = { ...common, project: 'accounts' } as const

const java = (jar: string, heap: string) => [
  { name: 'java', argv: ['java', `-Xmx${heap}`, '-XX:+UseZGC', '-jar', `/app/${jar}.jar`] },
]

/** What happens when somebody buys: Compose projects. */
export const buying: readonly Service[] = [
  {
    ...checkout,
    name: 'carts',
    image: 'registry.corp.example/shop/carts:3.8.2',
    imageMegabytes: 286,
    programs: java('carts', '768m'),
    port: 8080,
    copies: 2,
    cpu: 14,
    memoryMegabytes: 690,
    calls: [
      { to: 'carts-cache', perSecond: 18, pool: 4, sent: 190, received: 1300 },
      { to: 'inventory', perSecond: 3, pool: 2, sent: 240, received: 310 },
    ],
  },
  {
    ...checkout,
    name: 'orders',
    image: 'registry.corp.example/shop/orders:5.11.0',
    imageMegabytes: 302,
    programs: java('orders', '1g'),
    port: 8080,
    copies: 2,
    cpu: 19,
    memoryMegabytes: 880,
    calls: [
      { to: 'orders-db', perSecond: 9, pool: 5, sent: 780, received: 2100 },
      { to: 'payments', perSecond: 1.8, pool: 2, sent: 1250, received: 640 },
      { to: 'inventory', perSecond: 2.4, pool: 2, sent: 310, received: 280 },
      { to: 'shipping', perSecond: 1.2, pool: 1, sent: 860, received: 730 },
      { to: 'queue', perSecond: 4, pool: 1, sent: 1400, received: 90 },
    ],
  },
  {
    ...checkout,
    name: 'payments',
    image: 'registry.corp.example/shop/payments:2.6.4',
    imageMegabytes: 29,
    programs: [{ name: 'payments', argv: ['/payments', '--listen', ':8080', '--currency', 'EUR'] }],
    port: 8080,
    copies: 2,
    cpu: 6,
    memoryMegabytes: 74,
    calls: [
      { to: 'fraud-check', perSecond: 2.2, lastsMs: 260, sent: 1100, received: 240 },
      { to: 'payment-gateway', perSecond: 1.4, lastsMs: 640, sent: 1900, received: 2300, failing: 0.004 },
      { to: 'orders-db', perSecond: 2, pool: 2, sent: 420, received: 380 },
    ],
  },
  {
    ...checkout,
    name: 'fraud-check',
    image: 'registry.corp.example/shop/fraud-check:0.9.17',
    imageMegabytes: 640,
    programs: [
      {
        name: 'gunicorn',
        argv: ['gunicorn', '--bind=0.0.0.0:8000', '--workers=3', 'fraud.wsgi'],
        idle: true,
      },
      {
        name: 'gunicorn',
        argv: ['gunicorn: worker [fraud.wsgi]'],
        count: 3,
      },
    ],
    port: 8000,
    copies: 1,
    fails: true,
    cpu: 52,
    memoryMegabytes: 980,
  },
  {
    ...checkout,
    name: 'inventory',
    image: 'registry.corp.example/shop/inventory:1.4.1',
    imageMegabytes: 118,
    programs: [{ name: 'inventory', argv: ['/app/inventory', '--urls', 'http://+:8080'] }],
    port: 8080,
    copies: 2,
    cpu: 7,
    memoryMegabytes: 190,
    calls: [
      { to: 'catalogue-db', perSecond: 3, pool: 2, sent: 260, received: 700 },
      { to: 'erp', perSecond: 0.2, pool: 1, sent: 2100, received: 9400 },
    ],
  },
  {
    ...checkout,
    name: 'shipping',
    image: 'registry.corp.example/shop/shipping:1.0.22',
    imageMegabytes: 96,
    programs: [{ name: 'shipping', argv: ['/shipping'] }],
    port: 8080,
    copies: 1,
    cpu: 4,
    memoryMegabytes: 60,
    calls: [{ to: 'carrier', perSecond: 0.6, lastsMs: 420, sent: 1700, received: 5200 }],
  },
  {
    ...checkout,
    name: 'order-worker',
    image: 'registry.corp.example/shop/orders:5.11.0',
    imageMegabytes: 302,
    programs: java('order-worker', '512m'),
    copies: 3,
    cpu: 12,
    memoryMegabytes: 470,
    calls: [
      { to: 'queue', perSecond: 5, pool: 1, sent: 110, received: 1500 },
      { to: 'orders-db', perSecond: 6, pool: 2, sent: 610, received: 410 },
      { to: 'mailer', perSecond: 0.8, pool: 1, sent: 3100, received: 160 },
    ],
  },
  {
    ...accounts,
    name: 'users',
    image: 'registry.corp.example/shop/users:2.2.7',
    imageMegabytes: 198,
    programs: [
      { name: 'php-fpm', argv: ['php-fpm: master process (/usr/local/etc/php-fpm.conf)'], idle: true },
      { name: 'php-fpm', argv: ['php-fpm: pool www'], count: 3 },
    ],
    port: 9000,
    copies: 2,
    cpu: 11,
    memoryMegabytes: 150,
    calls: [
      { to: 'users-db', perSecond: 8, pool: 6, sent: 230, received: 840 },
      { to: 'sessions', perSecond: 5, pool: 3, sent: 110, received: 520 },
    ],
  },
  {
    ...accounts,
    name: 'mailer',
    image: 'boky/postfix:4.3',
    imageMegabytes: 52,
    programs: [
      { name: 'master', argv: ['/usr/lib/postfix/sbin/master', '-i'] },
      { name: 'qmgr', argv: ['qmgr', '-l', '-t', 'unix', '-u'], idle: true },
    ],
    port: 25,
    copies: 1,
    cpu: 2,
    memoryMegabytes: 44,
    calls: [{ to: 'mail-relay', perSecond: 0.7, lastsMs: 900, sent: 5200, received: 420 }],
  },
  {
    ...accounts,
    name: 'notifications',
    image: 'registry.corp.example/shop/notifications:1.7.0',
    imageMegabytes: 140,
    programs: [{ name: 'node', argv: ['node', '/srv/notifications/index.js'] }],
    copies: 1,
    cpu: 5,
    memoryMegabytes: 130,
    calls: [
      { to: 'queue', perSecond: 2, pool: 1, sent: 90, received: 900 },
      { to: 'push-service', perSecond: 1.1, pool: 2, sent: 1300, received: 310 },
    ],
  },
]
