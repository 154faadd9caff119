"""The token by itself: what its holders, and those with a role, can do with it."""

from __future__ import annotations

from collections import defaultdict

from eth_utils.crypto import keccak

from tests.property.models.books import NOBODY
from tests.property.models.refusal import PANIC_OVERFLOW, RefusedError, require
from tests.support.calldata import Contract
from tests.support.evm_engine import CHAIN_ID
from tests.support.machines.core import Core, Predict, action, always
from tests.support.typed_data import Domain, recover, vrs

__all__ = ["ROLES", "TokenActions"]

UNLIMITED = 2**256 - 1
FAR_AHEAD = 2**40  # seconds
ADMIN = bytes(32)
ROLES = {"minter": keccak(text="MINTER_ROLE"), "burner": keccak(text="BURNER_ROLE"), "admin": ADMIN}
PERMIT = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"


class TokenActions(Core):
    """TOK-35, 36: amounts are LPT wei. Balances are those of the books; the rest is remembered here.

    Attributes:
        allowances: by owner and spender; of those that people have given one another.
        roles: who holds which, by name; beside the protocol's own contracts.
    """

    def __init__(self) -> None:
        super().__init__()
        self.allowances: dict[tuple[str, str], int] = defaultdict(int)
        self.nonces: dict[str, int] = defaultdict(int)
        self._touched: list[tuple[str, str]] = []  # allowances, since the last check
        self.roles: set[tuple[str, str]] = {("admin", self.world.owner)}
        self._permits = Domain("Livepeer Token", CHAIN_ID, self.world.token.address)

    @action
    def send_lpt(self, caller: str, to: str, amount: int) -> None:
        me, whom = self.address(caller), self.address(to)
        self._token(me, "transfer", (whom, amount), lambda: self._move(me, whom, amount))

    @action
    def send_lpt_of(self, caller: str, owner: str, to: str, amount: int) -> None:
        me, whose, whom = self.address(caller), self.address(owner), self.address(to)

        def predict() -> None:
            self._require_allowed(whose, me, amount)
            self._move(whose, whom, amount)
            self._spend(whose, me, amount)

        self._token(me, "transferFrom", (whose, whom, amount), predict, at_expense_of=whose)

    @action
    def allow(self, caller: str, spender: str, amount: int) -> None:
        me, whom = self.address(caller), self.address(spender)
        self._token(me, "approve", (whom, amount), lambda: self._allow(me, whom, amount))

    @action
    def allow_more(self, caller: str, spender: str, amount: int) -> None:
        me, whom = self.address(caller), self.address(spender)

        def predict() -> None:
            total = self.allowances[me, whom] + amount
            require(total <= UNLIMITED, "Panic", PANIC_OVERFLOW)
            self._allow(me, whom, total)

        self._token(me, "increaseAllowance", (whom, amount), predict)

    @action
    def allow_less(self, caller: str, spender: str, amount: int) -> None:
        me, whom = self.address(caller), self.address(spender)

        def predict() -> None:
            known = self.allowances[me, whom]
            require(amount <= known, "ERC20InsufficientAllowance", whom, known, amount)
            self._allow(me, whom, known - amount)

        self._token(me, "decreaseAllowance", (whom, amount), predict)

    @action
    def permit(self, caller: str, owner: str, spender: str, amount: int, amiss: str = "") -> None:
        """TOK-35: brings a signature. What may be amiss: it is for another amount, of another chain, late, another's,
        or was used already."""
        me, whose, whom = self.address(caller), self.address(owner), self.address(spender)
        nonce, deadline = self.nonces[whose], 0 if amiss == "late" else FAR_AHEAD
        signed_nonce = nonce - 1 if amiss == "used" else nonce
        domain = Domain("Livepeer Token", 1, self.world.token.address) if amiss == "chain" else self._permits
        key = self.world.actors["mallory" if amiss == "another's" else owner].key
        signed_amount = amount ^ 1 if amiss == "amount" else amount
        signature = domain.sign(key, PERMIT, whose, whom, signed_amount, signed_nonce % 2**256, deadline)
        signer = recover(self._permits.digest(PERMIT, whose, whom, amount, nonce, deadline), signature)

        def predict() -> None:
            require(amiss != "late", "ERC2612ExpiredSignature", deadline)
            require(signer == whose, "ERC2612InvalidSigner", signer, whose)
            self._allow(whose, whom, amount)
            self.nonces[whose] += 1

        self._token(me, "permit", (whose, whom, amount, deadline, *vrs(signature)), predict)

    @action
    def mint_lpt(self, caller: str, to: str, amount: int) -> None:
        me, whom = self.address(caller), self.address(to)

        def predict() -> None:
            self._require_role("minter", me)
            require(int(whom, 16) != 0, "ERC20InvalidReceiver", whom)
            self.model.books.wallets[whom] += amount
            self.model.mint.supply += amount
            self.model.books.voice.transfer(NOBODY, whom, amount)
            self._tell_of("Mint", whom, amount)

        self._token(me, "mint", (whom, amount), predict)

    @action
    def burn_lpt(self, caller: str, amount: int, owner: str = "") -> None:
        """One's own, or somebody's who has allowed it."""
        me, whose = self.address(caller), self.address(owner or caller)

        def predict() -> None:
            self._require_role("burner", me)
            if owner:
                self._require_allowed(whose, me, amount)
            held = self.model.books.wallets[whose]
            require(amount <= held, "ERC20InsufficientBalance", whose, held, amount)
            if owner:
                self._spend(whose, me, amount)
            self.model.books.wallets[whose] -= amount
            self.model.mint.supply -= amount
            self.model.books.voice.transfer(whose, NOBODY, amount)
            self._tell_of("Burn", whose, amount)

        function, arguments = ("burnFrom", (whose, amount)) if owner else ("burn", (amount,))
        self._token(me, function, arguments, predict, at_expense_of=whose)

    @action
    def grant_role(self, caller: str, role: str, name: str) -> None:
        me, whom = self.address(caller), self.address(name)

        def predict() -> None:
            self._require_role("admin", me)
            if (role, whom) not in self.roles:
                self._tell_of("RoleGranted", ROLES[role], whom, me)
            self.roles.add((role, whom))

        self._token(me, "grantRole", (ROLES[role], whom), predict)

    @action
    def revoke_role(self, caller: str, role: str, name: str) -> None:
        me, whom = self.address(caller), self.address(name)

        def predict() -> None:
            self._require_role("admin", me)
            self._take_role(role, whom, me)

        self._token(me, "revokeRole", (ROLES[role], whom), predict)

    @action
    def renounce_role(self, caller: str, role: str, name: str) -> None:
        me, whom = self.address(caller), self.address(name)

        def predict() -> None:
            require(me == whom, "AccessControlBadConfirmation")
            self._take_role(role, whom, me)

        self._token(me, "renounceRole", (ROLES[role], whom), predict)

    @always
    def tok36_allowances_and_roles_are_those_given(self) -> None:
        """Allowances that were given or used since the last check, roles of those who hold any; of others in turn."""
        token, addresses = self.world.token, list(self.world.addresses.values())
        for owner, spender in dict.fromkeys((*self._touched, *self.some_of(list(self.allowances), 3))):
            found = self._number(token, "allowance", owner, spender)
            assert found == self.allowances[owner, spender], "TOK-36: an allowance"
        self._touched.clear()
        for owner, nonce in self.nonces.items():
            assert self._number(token, "nonces", owner) == nonce, "TOK-35: a nonce"
        for account in dict.fromkeys((*sorted(account for _, account in self.roles), *self.some_of(addresses))):
            for role, id_ in ROLES.items():
                held = self._number(token, "hasRole", id_, account) == 1
                assert held == ((role, account) in self.roles), f"TOK-36: {role} {account}"

    def _token(
        self,
        me: str,
        function: str,
        arguments: tuple[object, ...],
        predict: Predict,
        at_expense_of: str | None = None,
    ) -> None:
        self.act(me, self.world.token, function, *arguments, predict=predict, at_expense_of=at_expense_of)

    def _move(self, sender: str, receiver: str, amount: int) -> None:
        wallets = self.model.books.wallets
        require(int(receiver, 16) != 0, "ERC20InvalidReceiver", receiver)
        require(amount <= wallets[sender], "ERC20InsufficientBalance", sender, wallets[sender], amount)
        wallets[sender] -= amount
        wallets[receiver] += amount
        self.model.books.voice.transfer(sender, receiver, amount)

    def _allow(self, owner: str, spender: str, amount: int) -> None:
        require(int(spender, 16) != 0, "ERC20InvalidSpender", spender)
        self.allowances[owner, spender] = amount
        self._touched.append((owner, spender))
        self._tell_of("Approval", owner, spender, amount)

    def _take_role(self, role: str, account: str, caller: str) -> None:
        if (role, account) in self.roles:
            self._tell_of("RoleRevoked", ROLES[role], account, caller)
        self.roles.discard((role, account))

    def _tell_of(self, event: str, *values: object) -> None:
        self.model.books.voice.say("LivepeerToken", event, *values)

    def _require_allowed(self, owner: str, spender: str, amount: int) -> None:
        known = self.allowances[owner, spender]
        require(amount <= known, "ERC20InsufficientAllowance", spender, known, amount)

    def _spend(self, owner: str, spender: str, amount: int) -> None:
        self._touched.append((owner, spender))
        if self.allowances[owner, spender] != UNLIMITED:
            self.allowances[owner, spender] -= amount

    def _require_role(self, role: str, account: str) -> None:
        if (role, account) not in self.roles:
            raise RefusedError("AccessControlUnauthorizedAccount", account, ROLES[role])

    def _number(self, contract: Contract, function: str, *arguments: object) -> int:
        data = contract.encode(function, *arguments)
        return int.from_bytes(self.world.engine.view(contract.address, data)[:32], "big")
