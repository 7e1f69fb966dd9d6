# base
from . import test_activity_mixin
from . import test_association_settings
from . import test_demo_story
from . import test_file_guard
from . import test_form_submission
from . import test_need_to_know
from . import test_place
from . import test_place_opening_hours
from . import test_rate_limit
from . import test_strangers_text

# membership
from . import test_crm_join
from . import test_member_answers
from . import test_membership_activity
from . import test_membership_demo_story
from . import test_membership_documents
from . import test_membership_form_once
from . import test_membership_guarded_fields
from . import test_membership_link
from . import test_membership_money
from . import test_membership_need_to_know
from . import test_membership_odd_input
from . import test_membership_period
from . import test_membership_rate_limit
from . import test_membership_renewal
from . import test_membership_rights
from . import test_membership_secrets
from . import test_membership_states
from . import test_portal_account
from . import test_portal_family
from . import test_portal_join
from . import test_portal_membership
from . import test_reminders
from . import test_report_membership

# member_import
from . import test_member_file
from . import test_member_file_guard
from . import test_member_import
from . import test_member_import_files
from . import test_member_import_rights
from . import test_member_import_text
from . import test_member_match

# directory
from . import test_directory_export
from . import test_directory_file
from . import test_directory_file_guard
from . import test_directory_import

# booking
from . import test_availability
from . import test_availability_tools
from . import test_booking_cancel
from . import test_booking_claims
from . import test_booking_desk
from . import test_booking_documents
from . import test_booking_form_once
from . import test_booking_guarded_fields
from . import test_booking_ics
from . import test_booking_import
from . import test_booking_life
from . import test_booking_link
from . import test_booking_message
from . import test_booking_odd_input
from . import test_booking_payment
from . import test_booking_price
from . import test_booking_report
from . import test_booking_rights
from . import test_booking_series
from . import test_booking_strangers_text
from . import test_booking_tools
from . import test_booking_wait
from . import test_portal_booking
from . import test_resource

# presence
from . import test_evacuation_list
from . import test_kiosk
from . import test_presence
from . import test_presence_rights
from . import test_today
