import { asteriskUnderTest } from '../support/asterisk-under-test.ts';
import { useLab } from '../support/lab.ts';
import { describeHandsets } from '../support/telephony-contract.ts';

const lab = useLab();

describeHandsets('a real Asterisk', () => asteriskUnderTest(lab()), 'at_once');
