import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signedHeaders } from '../../../src/webhooks/signed-headers.ts';

describe('the headers of a webhook', () => {
  it('are those of the example of Standard Webhooks', () => {
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
    const event = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' };
    expect(signedHeaders({ secrets, event }, 1_614_265_330_999)).toMatchObject({
      'webhook-id': event.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('are those that the package makes, whatever is signed, with each secret in its turn', () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 80 });
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 2 }), text, (keys, body) => {
        const secrets = keys.map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
        const signatures = secrets.map((secret) => new Webhook(secret).sign('evt_1', new Date(5_000), body));
        const headers = signedHeaders({ secrets, event: { id: 'evt_1', body } }, 5_000);
        expect(headers['webhook-signature']).toBe(signatures.join(' '));
      }),
    );
  });
});
