/**
 * Tokens behave like a map from token to owner and state, under any sequence of messages of two hosts.
 *
 * @module
 */
import { expect, it } from 'vitest';
import { ManualClock } from '../../src/base/default-ports.ts';
import { SeededRandom } from '../../src/base/random.ts';
import * as units from '../../src/base/units.ts';
import * as codec from '../../src/ecam/codec.ts';
import { pathGroupId } from '../../src/ecam/path-group-id.ts';
import { Responder } from '../../src/ecam/responder.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';
import { modelSettings } from '../support/model-settings.ts';
import { walkTokens } from './token-walk.ts';

const PARTS = {
  ManualClock,
  SeededRandom,
  Responder,
  Subsystem,
  codec,
  units,
  pathGroupId,
  findModel,
};

it('tokens behave like a map from token to owner and state', () => {
  const { seed = 0 } = modelSettings(0);
  for (let at = 0; at < 10; at += 1) {
    const { reason, exchanges, answers } = walkTokens(PARTS, seed + at, 1_000);
    expect(reason, `seed ${seed + at}, exchange ${exchanges}`).toBe('');
    const kinds = ['TOKEN_UNKNOWN', 'SECURITY_REJECT', 'TOKEN_WRONG_KIND', 'TOKEN_CONSUMED'];
    for (const kind of [...kinds, 'TOKEN_EXPIRED', 'sourceAccepted', 'executed', 'status']) {
      expect(answers.get(kind), kind).toBeGreaterThan(0);
    }
  }
});
